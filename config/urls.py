"""Every address of the portal. Only the doors of sign-in that we use are open."""

from allauth.account import views as account
from django.urls import include, path

from stations.views import errors

urlpatterns = [
    path("", include("stations.urls")),
    path("", include("deliberation.urls")),
    path("", include("residents_map.urls")),
    path("", include("volunteers.urls")),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/two-factor/", include("allauth.mfa.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

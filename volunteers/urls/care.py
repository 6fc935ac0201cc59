"""Addresses: people who are looked after, their cards, packages and calls."""

from django.urls import path

from volunteers.views.care import calls, cards, packages, people

urlpatterns = [
    path("beneficiaries/", people.beneficiaries, name="beneficiaries"),
    path("beneficiaries/new/", people.beneficiary_new, name="beneficiary_new"),
    path("beneficiaries/<int:pk>/", people.beneficiary, name="beneficiary"),
    path("beneficiaries/<int:pk>/reveal/", people.beneficiary_reveal, name="beneficiary_reveal"),
    path("beneficiaries/<int:pk>/change/", people.beneficiary_change, name="beneficiary_change"),
    path("beneficiaries/<int:pk>/end/", people.beneficiary_end, name="beneficiary_end"),
    path("beneficiaries/<int:pk>/card/", cards.card_give, name="card_give"),
    path("beneficiaries/<int:pk>/card/print/", cards.card_print, name="card_print"),
    path("beneficiaries/<int:pk>/card/revoke/", cards.card_revoke, name="card_revoke"),
    path("beneficiaries/<int:pk>/packages/new/", packages.package_new, name="package_new"),
    path("beneficiaries/<int:pk>/call/", calls.call, name="call"),
    path("calls/", calls.calls, name="calls"),
    path("packages/", packages.packages, name="packages"),
    path("packages/<int:pk>/", packages.package, name="package"),
    path("packages/<int:pk>/change/", packages.package_change, name="package_change"),
    path("packages/<int:pk>/again/", packages.package_again, name="package_again"),
    path("packages/<int:pk>/end/", packages.package_end, name="package_end"),
    path("h/<str:code>/", cards.card, name="card"),
    path("h/<str:code>/order/", cards.card_order, name="card_order"),
    path("h/<str:code>/say/", cards.card_say, name="card_say"),
    path("h/<str:code>/cancel/", cards.card_cancel, name="card_cancel"),
]

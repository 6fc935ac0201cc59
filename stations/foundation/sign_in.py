"""Sign-in: by user name or phone number, and nobody makes an account for themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q

from stations.foundation.limits import client_address, network
from stations.foundation.phones import normalise
from stations.foundation.sealed import seal, unseal

HOME = "/home/"


def person_called(name):
    """The person with this user name, else with this phone number however it was typed."""
    name = name.strip()
    wanted = Q(username=name)
    try:
        wanted |= Q(phone=normalise(name))
    except ValidationError:
        pass
    found = list(get_user_model().objects.filter(wanted)[:2])
    # Somebody's user name may look like another's phone number: the name wins.
    found.sort(key=lambda user: user.username != name)
    return found[0] if found else None


class PhoneOrNameBackend(AuthenticationBackend):
    """Checks the password of whoever has this user name or phone number.

    allauth's backend makes an unknown name take as long as a wrong password, and leads a
    disabled person with the right password to the page that says so.
    """

    def _authenticate_by_username(self, username, password):
        return self._check_password(person_called(username), password)


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the office. Says nothing about which names exist."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "账号和密码对不上，请再看看。",
        "too_many_login_attempts": "连着输错了好几次。请过五分钟再试，或者找系统管理员。",
        "incorrect_password": "密码不对，请再看看。",
        "enter_current_password": "现在的密码不对，请再看看。",
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return HOME

    def get_password_change_redirect_url(self, request):
        return HOME

    def get_client_ip(self, request):
        """The one way the portal knows addresses; behind a socket all are "unknown"."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Failures count per name *and* neighbourhood of the sender: whoever tries somebody
        else's name locks only themselves out. A phone counts once, however it is typed."""
        name = credentials.get("username", "").strip().lower()
        try:
            name = normalise(name)
        except ValidationError:
            pass
        return f"{name}@{network(client_address(request))}"

    def clean_password(self, password, user=None):
        """A first password was told by somebody: the new one must be another."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError("新密码要和原来的不一样。")
        return super().clean_password(password, user)

    def set_password(self, user, password):
        """Somebody chose a password of their own: the portal is open to them now."""
        user.must_change_password = False
        super().set_password(user, password)


class SealedSecrets(DefaultMFAAdapter):
    """Secrets of the second step are sealed: a stolen copy of the database cannot sign in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "这六位数字不对，请看手机上最新的。",
    }

    def encrypt(self, text):
        return seal(text, bound_to="mfa")

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text, bound_to="mfa")

"""The sign-in form in the office's words. Apart from sign_in.py: allauth's forms load it."""

from allauth.account.forms import LoginForm


class NameOrPhone(LoginForm):
    """Asks for a user name or a phone number, and the password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "账号或手机号"
        login.widget.attrs.pop("placeholder", None)
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)

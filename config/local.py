"""The settings of a local portal: keys made once and kept in var/, plain http, mail in files."""

import base64
import os
import secrets

SHARED = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "INDEX_KEY",
    "HTTPS_ONLY",
    "SITE_ADDRESS",
    "EMAIL_URL",
)


def kept(path, make):
    """What the file holds; made and written with the first call."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(make())
    return path.read_text().strip()


def random_key():
    """32 random bytes in base64, as FIELD_KEYS and INDEX_KEY want them."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def local_keys(home):
    """The environment with this machine's own SECRET_KEY, FIELD_KEYS and INDEX_KEY."""
    return {
        "SECRET_KEY": kept(home / "secret", lambda: secrets.token_urlsafe(64)),
        "FIELD_KEYS": kept(home / "field-keys", random_key),
        "INDEX_KEY": kept(home / "index-key", random_key),
    }


def local_environment(home, servers, port="8000"):
    """What Django needs beside the embedded servers; whatever is already set stays."""
    known = {
        **local_keys(home),
        "VAR_DIR": str(home),
        "PORT": str(port),
        "HTTPS_ONLY": "False",  # settings.py allows that for this machine only
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"filemail://{home / 'mail'}",
        **servers,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return {name: os.environ.get(name) or value for name, value in known.items()}


def write_run_env(home):
    """For `manage.py` beside a running portal: the same servers, the same keys."""
    path = home / "run.env"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        for name in SHARED:
            file.write(f"{name}={os.environ[name]}\n")


def adopt_running(home):
    """Take over servers and keys of a running `make run`.

    Only its own: keys of this machine must never seal fields in some other database.
    """
    path = home / "run.env"
    if not path.is_file():
        return
    running = dict(line.partition("=")[::2] for line in path.read_text().splitlines())
    if os.environ.get("DATABASE_URL", running["DATABASE_URL"]) == running["DATABASE_URL"]:
        for name, value in running.items():
            os.environ.setdefault(name, value)

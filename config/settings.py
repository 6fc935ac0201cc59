"""All settings. Every value that differs between places comes from the environment; see
`.env.example` for the list and docs/run.md for the words. With DEBUG off, unsafe values are
refused here, before the first request."""

import base64
import binascii
import ipaddress
import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
# ENV_FILE="" (tests, checks): what stands in somebody's .env must not change the outcome.
if env_file := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    env.read_env(env_file)

# --- Safety -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Plain http is for one's own machine and for a rehearsal in a private network.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=not DEBUG)
SECRET_KEY = env.str("SECRET_KEY", default="only for development " * 3 if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
# How many proxies of ours stand in front; only that many entries of X-Forwarded-For are true.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)


# Keys of sealed fields, 32 bytes each in base64: the first one seals, the others still open.
# INDEX_KEY makes the fingerprints by which a sealed number is found; it stays for ever.
_no_key = base64.b64encode(bytes(32)).decode()
FIELD_KEYS = env.list("FIELD_KEYS", default=[_no_key] if DEBUG else [])
INDEX_KEY = env.str("INDEX_KEY", default=_no_key if DEBUG else "")


def is_key(text):
    """True for 32 bytes in base64 that are not all the same."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(key) == 32 and len(set(key)) > 1


def near(host):
    """True for a name or address that cannot be reached from the internet."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return False


def refuse_unsafe():
    """Stop a portal that would run, but not safely."""
    if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY: at least 50 random characters are needed")
    if not ALLOWED_HOSTS or any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("ALLOWED_HOSTS: name every host, without * or a leading dot")
    if not FIELD_KEYS or not all(is_key(text) for text in FIELD_KEYS):
        raise ImproperlyConfigured("FIELD_KEYS: 32 random bytes in base64, with commas if several")
    if not is_key(INDEX_KEY) or INDEX_KEY in FIELD_KEYS:
        raise ImproperlyConfigured("INDEX_KEY: 32 random bytes in base64, not one of FIELD_KEYS")
    if not HTTPS_ONLY and not all(near(host) for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured(
            "HTTPS_ONLY=False is only for localhost and private addresses in ALLOWED_HOSTS"
        )
    if HTTPS_ONLY and not SITE_ADDRESS.startswith("https://"):
        raise ImproperlyConfigured("SITE_ADDRESS: begins with https://, it is printed on posters")


if not DEBUG:
    refuse_unsafe()

SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "stations.views.errors.forged"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Preloading is a promise for a whole domain; only its owner can give it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- The application --------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "template_partials",
    "csp",
    "stations",
    "deliberation",
    "volunteers",
    "residents_map",
]

MIDDLEWARE = [
    "stations.foundation.http.RequestIdMiddleware",
    "stations.foundation.http.Utf8Middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stations.foundation.http.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "stations.foundation.http.SessionClockMiddleware",
    "stations.foundation.get_back.GetBackMiddleware",
    "stations.views.awaited.AwaitedMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # template_partials wraps the loaders, so "page.html#part" works
        "OPTIONS": {
            "builtins": [
                "template_partials.templatetags.partials",
                "stations.templatetags.tongxin",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stations.views.frame.frame",
            ],
        },
    }
]

FORM_RENDERER = "stations.foundation.form_drawing.QuickBoxes"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- The database -----------------------------------------------------------------------

# Reports and migrations may need longer: 0 means no limit.
STATEMENT_TIMEOUT_SECONDS = env.int("STATEMENT_TIMEOUT_SECONDS", default=10)

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,  # the first request after a restart of Postgres works
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options",
    f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s"
    " -c idle_in_transaction_session_timeout=30s -c lock_timeout=5s"
    # Rows lie in memory or on a disk without a head: reading here and there costs little. No
    # page's query is long enough for compiling it to pay (docs/query-plans.md).
    " -c random_page_cost=1.1 -c jit=off"
    # Our joins follow keys from the row they are about; with eight of them, weighing every
    # order takes ten times as long as reading a page of rows.
    " -c join_collapse_limit=4",
)
# A database that does not answer is told within seconds (a 503), not after minutes.
for _name, _value in {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}.items():
    DATABASES["default"]["OPTIONS"].setdefault(_name, _value)
# PgBouncer in transaction mode: DISABLE_SERVER_SIDE_CURSORS=True
DISABLE_SERVER_SIDE_CURSORS = env.bool("DISABLE_SERVER_SIDE_CURSORS", default=False)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = DISABLE_SERVER_SIDE_CURSORS

# Sign-in limits live here, so they hold across processes and do not need Redis. The cache
# must never throw counters away to make room: 300 rows, the default, could be flushed by hand.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "TIMEOUT": 300,
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 10},
    }
}

# --- People and sessions ----------------------------------------------------------------

AUTH_USER_MODEL = "stations.User"
AUTHENTICATION_BACKENDS = ["stations.foundation.sign_in.PhoneOrNameBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "stations.foundation.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "stations.foundation.passwords.LocalWordsValidator",
        "OPTIONS": {
            "words": env.list(
                "PASSWORD_LOCAL_WORDS",
                default=["tongxin", "qingyun", "jinxiu", "ronghua", "yunzhou", "tianyuan"],
            )
        },
    },
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600  # however busy: a working day
CALENDAR_ALARM_DAYS = 30  # how long before the holidays run out somebody is told
SESSION_IDLE_SECONDS = 30 * 60  # left alone: SessionClockMiddleware ends it
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # office computers are shared

ACCOUNT_ADAPTER = "stations.foundation.sign_in.ClosedSignup"
ACCOUNT_FORMS = {"login": "stations.foundation.sign_in_form.NameOrPhone"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# True: whoever has no second step yet sets it up before anything else. Recommended.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=False)
MFA_ADAPTER = "stations.foundation.sign_in.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "同心"
USERSESSIONS_TRACK_ACTIVITY = False  # SessionClockMiddleware knows; no write at every click

# --- Files ------------------------------------------------------------------------------

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Off for tests and development: files are served as they lie, nothing needs collecting.
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=not DEBUG)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "stations.foundation.static_files.StaticFiles"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

PHOTOS_PER_FORM = 6
PHOTO_MAX_BYTES = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # the words of a form; photos are not counted here
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 60  # people pick a whole day; the form says "at most six"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bigger files go to disk while they arrive
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Messages ---------------------------------------------------------------------------

globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
if EMAIL_FILE_PATH := globals().get("EMAIL_FILE_PATH"):
    EMAIL_FILE_PATH = f"/{EMAIL_FILE_PATH.lstrip('/')}"  # filemail:///folder loses its first stroke
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="同心 <tongxin@localhost>")

# --- Later work -------------------------------------------------------------------------

# redis://, rediss:// or unix:///path/of/socket; one Redis for this portal alone, with
# `appendonly yes` and `maxmemory-policy noeviction`.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# How long a worker that stopped breathing keeps its row: with the relay's next look (5 s) work
# goes on within a minute.
LEASE_SECONDS = env.int("LEASE_SECONDS", default=45)

# Why each of these: measured faults in the project's reliability study; docs/run.md repeats
# the short form. Celery only wakes up, so nothing here may be needed to keep work alive.
# Celery's own spelling of an address that is a socket.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host=", 1
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 3
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # longer than task_time_limit, or a task runs twice at once
    "unacked_restore_throttle": 1,  # look every 10 s, not every 100 s
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TASK_DEFAULT_QUEUE = "tongxin"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500_000  # kB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"  # no hour happens twice in UTC
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
# A wake-up that waited too long is dropped: the next one sees the same rows.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "stations.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "tick": {"task": "stations.tick", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Logs: to stderr, with the request's id, without anything about a person ---------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.log.RequestId"}},
    "formatters": {
        "line": {
            "()": "config.log.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Every refused or missing page would be a line; the act log keeps what matters.
        "django.request": {"level": "ERROR"},
    },
}

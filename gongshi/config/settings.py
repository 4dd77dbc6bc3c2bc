"""Django's settings, read from one instance directory (``GONGSHI_DIR``, else the working directory)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gongshi.config.databases import databases, main_server
from gongshi.config.environment import Environment, SettingsError, ledger_minutes, webhook_ports
from gongshi.config.office_account import office_account
from gongshi.config.replica.layers import of_replica
from gongshi.config.secrets import secret_key

PACKAGE = Path(__file__).resolve().parent.parent
INSTANCE = Path(os.environ.get("GONGSHI_DIR", ".")).resolve()
try:
    env = Environment(INSTANCE)
    DEBUG = env.flag("debug", False)
    SECURE = env.flag("secure", False)
    DEMO = env.flag("demo", False)
    HSTS_SUBDOMAINS = env.flag("hsts_subdomains", False)
    BASE_URL = env.text("base_url", "http://127.0.0.1:8000").rstrip("/")
    ALLOWED_HOSTS = env.names("host_names", ["127.0.0.1", "localhost"])
    LANGUAGE = env.text("language", "zh")
    TIME_ZONE = env.text("time_zone", "UTC")
    REPLICA_OF = main_server(env.text("replica_of", ""), BASE_URL)
    DATABASES = databases(
        env.text("database", ""), env.text("wraps_database", ""), INSTANCE, replica=bool(REPLICA_OF)
    )
    TRUSTED_PROXIES = env.whole("trusted_proxies", 0)
    LEDGER_MINUTES = ledger_minutes(env)
    UNDO_SECONDS = env.whole("undo_seconds", 120)
    PROXY_NETWORKS = env.networks("proxy_networks", ["127.0.0.1/32", "::1/128"])
    BUSY_NETWORKS = env.networks("busy_networks", [])
    SMTP_URL = env.text("smtp_url", "")
    SMS_URL = env.text("sms_url", "")
    WEBHOOK_PORTS = webhook_ports(env)
    MAIL_FROM = env.text("mail_from", "gongshi@localhost")
    IMAP_URL = env.text("imap_url", "")
    MAIL_ADDRESS = env.text("mail_address", "")
    OFFICE_ACCOUNT = office_account(env)
    METRICS_TOKEN = env.text("metrics_token", "")
    LOG_FORMAT = env.choice("log_format", "lines", ("lines", "json"))
    LOG_REQUESTS = env.flag("log_requests", False)
except SettingsError as error:
    raise ImproperlyConfigured(str(error)) from error

DATABASE_ROUTERS = ["gongshi.safekeeping.apart_store.StoreRouter"]

DEMO_PASSWORD = "qinghe-demo-town" if DEMO else ""
SECRET_KEY = secret_key(INSTANCE)
KEY_FILE = INSTANCE / "keys" / "instance.json"
LEDGER_KEY_FILE = INSTANCE / "keys" / "ledger.json"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "leaflet",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "gongshi.safekeeping",
    "gongshi.notifications",
    "gongshi.places",
    "gongshi.accounts",
    "gongshi.routing",
    "gongshi.cases",
    "gongshi.grievances",
    "gongshi.bulletin",
    "gongshi.revisions",
    "gongshi.figures",
    "gongshi.receivers",
    "gongshi.web",
]
MIDDLEWARE = [
    "gongshi.web.monitoring.answers.watched",
    # Outermost, so that files and every refusal of the layers below carry the same headers as pages.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gongshi.web.middleware.answer_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongshi.web.desk.opened_keys.key_cookie",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gongshi.web.unopened.SealRefusals",
]
if REPLICA_OF:
    MIDDLEWARE = of_replica(MIDDLEWARE)
ROOT_URLCONF = "gongshi.config.urls"
WSGI_APPLICATION = "gongshi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gongshi.web.context.place",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

FORM_RENDERER = "gongshi.web.drawn.Drawn"

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["gongshi.accounts.backend.StaffBackend"]
PASSWORD_HASHERS = ["gongshi.accounts.passwords.StaffArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "gongshi.accounts.passwords.LocalWords"},
]
ACCOUNT_ADAPTER = "gongshi.web.desk.signin.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords and codes are counted by gongshi.safekeeping.limits alone, for all workers together.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_RATE_LIMITS = {"webauthn_login": None}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
MFA_ADAPTER = "gongshi.web.desk.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A phone's clock may be half a minute off. A code is good once all the same.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "gongshi.web.desk.office_account.OfficeAdapter"
SOCIALACCOUNT_PROVIDERS = OFFICE_ACCOUNT.providers()
# A link and no form: browsers hold a form's redirect to the policy that forbids other hosts.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:queue"
ACCOUNT_LOGOUT_REDIRECT_URL = "public:home"

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_CODE = "en" if LANGUAGE == "en" else "zh-hans"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = INSTANCE / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": INSTANCE / "files"},
    },
    "sealed": {
        "BACKEND": "gongshi.safekeeping.storage.SyncedStorage",
        "OPTIONS": {"location": INSTANCE / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
# For tests alone: no file and no variable sets it.
WEBHOOK_TO_THIS_MACHINE = False
OUTBOX_DIRECTORY = INSTANCE / "outbox"

SESSION_ENGINE = "gongshi.accounts.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600
if SECURE:
    # A browser takes such a cookie from this host alone, over https, for every path: none that a neighbour set.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
# Other names below this one are somebody else's to decide on, and a browser's list is all but for ever.
SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = SECURE and HSTS_SUBDOMAINS, False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_SSL_REDIRECT = SECURE
# Asked for on this machine, without the proxy that speaks https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gongshi.web.public.refusals.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# Far more than a filing takes (8), so that the form itself can say how many are too many and keep the rest.
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "gongshi.config.logs.QuietLines",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "gongshi.config.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Who runs a command at a terminal reads its words; `serve` and `work` tell everything (`logs.tell_all`).
        "gongshi": {"level": "WARNING"},
        # Refusals are told by gongshi.security, without addresses and without what was sent.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"level": "WARNING"},
        "waitress.queue": {"level": "ERROR"},
    },
}

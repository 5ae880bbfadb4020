"""The settings, all of them. What differs from one installation to another comes from the environment, typed and checked.

Each variable read here is described in `docs/settings.md`; a test says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django_stubs_ext import monkeypatch

from config.env import env_bool, env_choice, env_date, env_int, env_link, env_list, env_secret, env_str
from jalons.kernel.database.places import data_folder
from jalons.kernel.database.urls import django_database, resolve_urls

monkeypatch()  # so that classes such as ModelAdmin[Person] can be written with their type

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_folder()

# The installation
DEBUG = env_bool("JALONS_DEBUG", default=False)
ALLOWED_HOSTS = env_list("JALONS_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
HTTPS = env_bool("JALONS_HTTPS", default=False)
SECRET_KEY = env_secret("JALONS_SECRET_KEY", DATA_DIR)
JALONS_SEALING_KEY = env_secret("JALONS_SEALING_KEY", DATA_DIR)
# The day the faces believe in: fixed for the demo and for tests, None for the real one (read by kernel.clock only).
JALONS_TODAY = env_date("JALONS_TODAY")
# Says on every screen and export that persons and results are fictitious.
JALONS_FICTITIOUS = env_bool("JALONS_FICTITIOUS", default=False)
# The password of the demo accounts, shown on its sign-in page; means nothing unless persons are fictitious.
JALONS_DEMO_PASSWORD = env_str("JALONS_DEMO_PASSWORD", "")

INSTALLED_APPS = [
    "jalons.wiring.apps.WiringConfig",
    "jalons.sites",
    "jalons.sites.desk",
    "jalons.sites.steering",
    "jalons.exchange.caf",
    "jalons.exchange.messages",
    "jalons.exchange.letters",
    "jalons.exchange.spreadsheets",
    "jalons.simulation",
    "jalons.pathways",
    "jalons.agreements",
    "jalons.agenda",
    "jalons.todos",
    "jalons.casefile",
    "jalons.people",
    "jalons.rulebooks",
    "jalons.indicators",
    "jalons.documents",
    "jalons.network",
    "jalons.facts",
    "jalons.ui",
    "jalons.kernel",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jalons.sites.frame.sizes.BoundedBodies",
    "jalons.sites.frame.signed_out.SignedOutForms",
    # Denied by default: a public page says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# Database: `default` serves under the plain role, `owner` migrates the same database.
_urls = resolve_urls()
_serving: dict[str, Any] = {
    # Reusing connections is worth half as many requests again; sync workers need no pool.
    "CONN_MAX_AGE": env_int("JALONS_CONN_MAX_AGE", 600, minimum=0),
    "CONN_HEALTH_CHECKS": True,
    # A page and the trace of what it read are one transaction: no trace, no page.
    "ATOMIC_REQUESTS": True,
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**django_database(_urls.app), **_serving},
    "owner": {**django_database(_urls.owner), "TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Triggers (history, what never changes) are made again from the models after each migration, not carried by migrations: the
# models of the past would be rendered once more for each of them, which took minutes.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True

# Templates: Jinja2 for the heavy lists and dashboards (`jinja2/` of each room), Django's elsewhere (`templates/`).
_context_processors = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "jalons.sites.frame.context.frame",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "jalons.ui.jinja.environment",
            "context_processors": [*_context_processors],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [*_context_processors]},
    },
]

FORM_RENDERER = "jalons.ui.forms.KitRenderer"

# Sign-in: local accounts made by an administrator, nobody registers alone.
AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,10/m/ip", "login": "60/m/ip"}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Sessions end with the browser and after a working half-day without use.
SESSION_COOKIE_AGE = env_int("JALONS_SESSION_SECONDS", 4 * 3600, minimum=60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
# Messages may name a person: kept in the session, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "jalons.sites.frame.writing.csrf_failure"
CSRF_TRUSTED_ORIGINS = env_list("JALONS_ORIGINS", [])

# Limits of attempts are counted in the database, once for all workers.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"},
    # What a page that only reads may keep for a moment: the database refuses it any write.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50}},
}

# Browser walls
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("JALONS_BEHIND_PROXY", default=False) else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap's CSS carries its arrows as data
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Language and time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# Static files: from the packages and rooms, named by their hash once collected by `jalons serve`.
STATIC_URL = "static/"
STATIC_ROOT = Path(env_str("JALONS_STATIC_ROOT", str(DATA_DIR / "static")))
STATIC_HASHED = env_bool("JALONS_STATIC_HASHED", default=not DEBUG)
WHITENOISE_USE_FINDERS = not STATIC_HASHED
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_HASHED
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
MEDIA_ROOT = DATA_DIR / "files"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a bulk decision on a filtered list sends one field per person

# The CAF's portal for its partners: the same address for everybody who holds an access to it.
JALONS_CDAP_URL = env_link("JALONS_CDAP_URL")

# Jobs (kernel.jobs)
PROCRASTINATE_DATABASE_ALIAS = "default"

# Messages to persons (exchange.messages). Without a server or a provider they wait in the outbox.
EMAIL_HOST = env_str("JALONS_SMTP_HOST", "")
EMAIL_PORT = env_int("JALONS_SMTP_PORT", 587, minimum=1)
EMAIL_HOST_USER = env_str("JALONS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env_str("JALONS_SMTP_PASSWORD", "")
_security = env_choice("JALONS_SMTP_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _security == "starttls", _security == "tls"
EMAIL_TIMEOUT = env_int("JALONS_SMTP_TIMEOUT", 30, minimum=1)
DEFAULT_FROM_EMAIL = env_str("JALONS_MAIL_FROM", "ne-pas-repondre@jalons.invalid")
JALONS_SMS_PROVIDER = env_choice("JALONS_SMS_PROVIDER", "", ("", "local"))
JALONS_MESSAGES_FOLDER = env_str("JALONS_MESSAGES_FOLDER", str(DATA_DIR / "messages"))

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": "config.logs.DiscreetFormatter", "format": "{levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": env_str("JALONS_LOG_LEVEL", "WARNING")},
    # Without the mail to administrators, which would carry the request.
    # Nor the addresses that were not found: an address may say whose file it is.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}

if DEBUG and HTTPS:
    raise ImproperlyConfigured(
        "JALONS_DEBUG et JALONS_HTTPS ne vont pas ensemble : le mode de mise au point n’est jamais public."
    )

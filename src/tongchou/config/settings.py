"""Settings, all from the environment; see docs/reference/settings.md. Errors are loud and come at once."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tongchou.config.environment import Environment
from tongchou.core.logging import logging_settings

PACKAGE = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

#: Everything the installation writes lives here: database, keys, signed audit head, snapshots.
VAR = env.path("TONGCHOU_VAR", default=Path.cwd() / "var")
DEBUG = False
SECRET_KEY = env.secret("TONGCHOU_SECRET_KEY", file=VAR / "secret.key")
ALLOWED_HOSTS = env.words("TONGCHOU_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("TONGCHOU_ORIGINS", default=[])
SECURE = env.flag("TONGCHOU_HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "tongchou.core",
    "tongchou.apps.places",
    "tongchou.apps.local",
    "tongchou.apps.registry",
    "tongchou.apps.corrections",
    "tongchou.apps.duplicates",
    "tongchou.apps.balance",
    "tongchou.apps.intake",
    "tongchou.apps.snapshot",
    "tongchou.apps.quality",
    "tongchou.apps.entitlements",
    "tongchou.apps.casework",
    "tongchou.apps.exchange",
    "tongchou.apps.payments",
    "tongchou.apps.applications",
    "tongchou.apps.notices",
    "tongchou.apps.certificates",
    "tongchou.apps.posts",
    "tongchou.apps.accountability",
    "tongchou.apps.commitments",
    "tongchou.apps.statistics",
    "tongchou.apps.releases",
    "tongchou.apps.guarantees",
    "tongchou.apps.responsibility",
    "tongchou.apps.yearbook",
    "tongchou.apps.complaints",
    "tongchou.apps.supervision",
    "tongchou.apps.plans",
    "tongchou.apps.upkeep",
    "tongchou.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tongchou.web.api.edge.ApiEdge",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tongchou.web.session_rules.SessionRules",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tongchou.config.urls"
WSGI_APPLICATION = "tongchou.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASE_URL = env.text("DATABASE_URL", default=f"sqlite:///{VAR / 'tongchou.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=300, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers work while one writes; immediate transactions take the write lock at once, so that
    # two writers queue instead of failing half-way with "database is locked".
    DATABASES["default"]["ENGINE"] = "tongchou.core.sqlite"
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # what tools assume of Django's own backend only
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; "
            # The log beside the file gives back what a long work has made of it.
            "PRAGMA journal_size_limit=134217728;"
        ),
    }
elif not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    env.refuse("DATABASE_URL", "only sqlite:// and postgresql:// are supported")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "console:sign-in"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
# By name alone, from whatever address: a whole office often shares one address and must not lock itself out.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_LOCKOUT_TEMPLATE = "console/locked_out.html"
AXES_VERBOSE = False
# A typed name that belongs to no account is not kept as it is: people type passwords and numbers there.
AXES_USERNAME_CALLABLE = "tongchou.core.sign_ins.lockout_name"
# Otherwise a stranger could keep an account locked for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit chain records sign-ins

#: Who signs in with a second factor: keepers and roles that decide for a county, everybody, or who wants to.
SECOND_FACTOR = env.choice("TONGCHOU_SECOND_FACTOR", default="keepers", among=("keepers", "all", "optional"))
IDLE_MINUTES = env.number("TONGCHOU_IDLE_MINUTES", default=30, least=5, most=240)
SESSION_ENGINE = "tongchou.core.session_store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tongchou.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: Uploads are read in memory and never written to disk as they came (legacy columns must not land anywhere).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
#: Registers of a whole county may come in one upload.
DATA_UPLOAD_MAX_NUMBER_FILES = 500
#: Percent of a register's people in error, or listed twice, above which it is refused as a whole.
INTAKE_MOST_ERRORS = env.number("TONGCHOU_INTAKE_MOST_ERRORS", default=30, least=1, most=100)
INTAKE_MOST_DUPLICATES = env.number("TONGCHOU_INTAKE_MOST_DUPLICATES", default=10, least=1, most=100)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

#: Amounts and ages of province, prefecture and county on top of the national ones; read by ``policies.law``.
OVERLAYS = env.text("TONGCHOU_OVERLAYS", default="")

#: Templates of bank files beside the samples of the program; read by ``payments.templates``.
BANKS = env.text("TONGCHOU_BANKS", default="")

#: Who answers for the personal information kept here, as the public pages name it.
OFFICE = env.text("TONGCHOU_OFFICE", default="")
OFFICE_CONTACT = env.text("TONGCHOU_OFFICE_CONTACT", default="")

LOGGING = logging_settings(
    env.choice("TONGCHOU_LOG_LEVEL", default="INFO", among=("DEBUG", "INFO", "WARNING", "ERROR"))
)

env.finish()

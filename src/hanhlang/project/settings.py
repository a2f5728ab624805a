"""Settings, all from ``HANHLANG_*`` environment variables; see docs/reference/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from csp.constants import NONE, SELF

from hanhlang.project import logs, sign_in
from hanhlang.project.home import home, secret_key

HOME = home()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret_key(HOME)
DEBUG = False
DEMO = os.environ.get("HANHLANG_DEMO") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("HANHLANG_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("HANHLANG_ORIGINS", "").split(",") if origin]
# What letters name as the way in; `hanhlang serve` knows its own host and port.
SITE_ADDRESS = os.environ.get("HANHLANG_ADDRESS", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "hanhlang.domains.core",
    "hanhlang.domains.people",
    "hanhlang.domains.events",
    "hanhlang.domains.agenda",
    "hanhlang.domains.automation",
    "hanhlang.domains.delegations",
    "hanhlang.domains.programme",
    "hanhlang.domains.meetings",
    "hanhlang.web",
    "hanhlang.jobs",
]

MIDDLEWARE = [
    # First, so that every answer is counted and no log names an address.
    "hanhlang.web.watching.WatchMiddleware",
    # What only adds headers comes first: every answer bears them, files and refusals too.
    "django.middleware.security.SecurityMiddleware",
    "hanhlang.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before sessions and everything after: a page kept ready needs none of them.
    "hanhlang.web.public.cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hanhlang.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "hanhlang.project.urls"
WSGI_APPLICATION = "hanhlang.project.wsgi.application"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"
globals().update(sign_in.settings(os.environ))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "hanhlang.web.context.page",
            ],
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "libraries": {"hanhlang": "hanhlang.web.components.tags"},
            "builtins": ["hanhlang.web.components.tags", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


def database() -> dict[str, Any]:
    """Return the connection of ``HANHLANG_DATABASE_URL`` (``postgresql://…``), by default an SQLite file at home."""
    url = urlparse(os.environ.get("HANHLANG_DATABASE_URL", ""))
    if url.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(url.port or ""),
        }
    path = unquote(url.path) if url.scheme == "sqlite" else str(HOME / "hanhlang.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Without IMMEDIATE two writers that read first fail at once, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(HOME / "test.sqlite3")},
    }


# A connection serves many requests: opening one costs more than most pages.
DATABASES = {"default": {**database(), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
# In the database: limits on guessing must count over all processes. The table is made with every migration (web/apps.py).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hanhlang_cache",
        # Far above what can be asked within a limit's time, so that nobody pushes a limit out by filling the table.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# For how many seconds a public page may lag behind the database without asking it.
PAGE_AGE = float(os.environ.get("HANHLANG_PAGE_AGE", "1"))

# Pages know no jobs: what the desk needs of them is named here, above both.
WORKBOOK = "hanhlang.jobs.workbook.desk"
QUEUE = "hanhlang.jobs.queue"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "hanhlang_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Plain HTTP exists only on loopback: there is no certificate to be had for it.
HTTPS = os.environ.get("HANHLANG_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # A cookie of this prefix can neither be set over plain HTTP nor from a neighbouring host name.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Without a port of its own the live stream is at the pages' address: a proxy in front maps /live/.
LIVE_PORT = os.environ.get("HANHLANG_LIVE_PORT", "")
LIVE_SOURCES = [f"http://{host}:{LIVE_PORT}" for host in ALLOWED_HOSTS if LIVE_PORT and host[:1] not in "[.*"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, *LIVE_SOURCES],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# One name behind which another backend can be plugged in; our own worker takes the jobs up (jobs/queue.py).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

EMAIL_HOST = os.environ.get("HANHLANG_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("HANHLANG_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("HANHLANG_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HANHLANG_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HANHLANG_SMTP_SECURITY", "starttls") == "starttls"
EMAIL_USE_SSL = os.environ.get("HANHLANG_SMTP_SECURITY") == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("HANHLANG_MAIL_FROM", "Hanhlang <hanhlang@localhost>")

# Calls of one caller to the JSON interface: reads are counted in each process, writes and dead tokens over all of them.
API_CALLS_A_MINUTE = {"read": 600, "write": 120, "refused": 30}

LOGGING = logs.settings(os.environ)
# Who may read /metrics from another machine.
METRICS_TOKEN = os.environ.get("HANHLANG_METRICS_TOKEN", "")

"""Settings that hold everywhere. What differs stands in demo.py, production.py and test.py."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from csp.constants import NONE, SELF

from kit.players import FRAMES

from .single_sign_on import single_sign_on

ROOT = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()
# Everything that running makes. What is built from static/ stays in the checkout's own var/build.
VAR = Path(env.str("PORTAL_VAR", default=str(ROOT / "var")))
BUILD = ROOT / "var" / "build"

DEBUG = False
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

INSTALLED_APPS = [
    # ours, the highest floor first
    "portal",
    "cohorts",
    "study",
    "journal",
    "home",
    "learning",
    "community_directory",
    "discussion",
    "guests",
    "privacy",
    "relay",
    "notifications",
    "files",
    "members",
    "kit",
    # Wagtail and its packages
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.contrib.redirects",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    # the rest
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_filters",
    "health_check",
    "rules.apps.AutodiscoverRulesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    # What every answer carries, whoever gives it: static files, kept pages and refusals too.
    "portal.middleware.SafeHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PublicPageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.WhoActs",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.AdminContentPolicy",
    "files.middleware.BoundedRequests",
    "files.middleware.FilesInAdmin",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.SecondStep",
    "portal.looking.LooksAs",
    "portal.middleware.PrivateByDefault",
    "privacy.middleware.ClosedToThem",
    "portal.refusals.ExplainRefusals",
    "home.middleware.Redirects",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context.frame",
                "portal.context.looking",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]

# -- data -------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # Pages of the database are read where the system holds them already, which spares a call for each; what
        # was written is cut back after a rush. Both as in Rails (https://github.com/rails/rails/pull/49349).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;",
    }
# Opening a connection, with its pragmas, costs more than most queries.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _cache(name: str, entries: int) -> dict[str, Any]:
    """A cache that all workers share: Redis, if there is one, else files (docs/decisions/0005)."""
    if env.str("REDIS_URL", default=""):
        return {**env.cache("REDIS_URL"), "KEY_PREFIX": name}
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache" / name,
        "TIMEOUT": 300,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }


# Pages have a cache of their own. How often somebody has tried something are rows in the database: what is kept in
# files is pushed out by others when there is much of it.
CACHES: dict[str, dict[str, Any]] = {
    "default": _cache("default", 5000),
    "pages": _cache("pages", 1000),
    # Of what may be lost and is counted at each request: by each worker for itself, unless there is Redis.
    "counts": _cache("counts", 0)
    if env.str("REDIS_URL", default="")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
    "limits": _cache("limits", 0)
    if env.str("REDIS_URL", default="")
    else {"BACKEND": "members.limits.RowCache"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# -- people -----------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_validation = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _validation + "UserAttributeSimilarityValidator"},
    {"NAME": _validation + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _validation + "CommonPasswordValidator"},
    {"NAME": _validation + "NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.forms.SignInForm",
    "reset_password": "members.forms.ForgottenPasswordForm",
    "reset_password_from_key": "members.forms.NewPasswordForm",
    "set_password": "members.forms.SetPasswordForm",
    "change_password": "members.forms.ChangePasswordForm",
    "add_email": "members.forms.AddEmailForm",
    "reauthenticate": "members.forms.ReauthenticateForm",
    "request_login_code": "members.forms.AskForCodeForm",
    "confirm_login_code": "members.forms.CodeForm",
}
# Sign-in is limited by address: behind proxies, say how many of them are ours.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
# Of somebody signed in, and of a network address that many visitors may share.
SEARCHES_A_MINUTE = {"user": 60, "ip": 300}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Links that single sign-on gives its provider are made from the request; the scheme is that of SITE_URL.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]

# A code by mail instead of the password: five tries, then another is asked for.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds

# Who may make an account: "invitation" (only who is invited) or "approval" (anybody asks, an editor admits).
SIGN_UP = env.str("SIGN_UP", default="invitation")

# A second step at sign-in, for whoever wants it; members/second_step.py says of whom it is demanded.
MFA_ADAPTER = "members.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Learning portal"
MFA_TOTP_TOLERANCE = 1  # codes of half a minute before and after are taken too; none is taken twice
# Whoever has a second step could change their address no more; nobody can sign in before an address that they
# signed up with is proved (members/adapter.py), which is what the package's own refusal is for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "members.proof_forms.SecondStepForm",
    "reauthenticate": "members.proof_forms.SecondStepAgainForm",
    "activate_totp": "members.proof_forms.AddAppForm",
    "add_webauthn": "members.proof_forms.AddPasskeyForm",
    "edit_webauthn": "members.proof_forms.RenamePasskeyForm",
    "authenticate_webauthn": "members.proof_forms.PasskeyForm",
    "login_webauthn": "members.proof_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "members.proof_forms.PasskeyAgainForm",
}
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)

# Sessions are listed; when each was last used is not kept, since that would be a write for each request.
USERSESSIONS_TRACK_ACTIVITY = False

# Single sign-on, switched on by the environment alone: docs/deployment.md. Linked on the provider's own id of a
# person; an address that the provider gives is never looked at.
SOCIALACCOUNT_ADAPTER = "members.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": single_sign_on(env)}}

# -- words and times ----------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# -- files ------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BUILD, ("img", ROOT / "static" / "img")]


def _media(address: str) -> dict[str, Any]:
    """Where pictures and documents lie: on our own disk, or in an S3-compatible store (docs/decisions/0017).

    Args:
        address: "" or ``s3://KEY:SECRET@HOST/BUCKET?region=REGION``; ``s3+http://`` for a store beside us.
    """
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(address)
    bucket = parts.path.strip("/")
    if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not bucket or not parts.username:
        raise environ.ImproperlyConfigured("STORAGE_URL is s3://KEY:SECRET@HOST/BUCKET?region=REGION")
    protocol = "https" if parts.scheme == "s3" else "http"
    return {
        "BACKEND": "files.storage.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password or ""),
            "endpoint_url": f"{protocol}://{parts.netloc.rpartition('@')[2]}",
            "region_name": dict(parse_qsl(parts.query)).get("region", "us-east-1"),
        },
    }


STORAGES = {
    "default": _media(env.str("STORAGE_URL", default="")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/not-served/"  # files are served by files.views, which asks who may see them
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# In bytes. A larger request is refused unread; of a larger file only the beginning is kept (files/uploads.py).
LARGEST_REQUEST = 25 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "files.uploads.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# -- mail -------------------------------------------------------------------

EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail:///" + str(VAR / "mail"))
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 60  # seconds; also for the mails that Django and allauth send while somebody waits
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Learning portal <portal@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- safety -----------------------------------------------------------------

# Pages that people read: nothing that does not come from us as a file, neither inline nor by nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": list(FRAMES),  # a player, once somebody has pressed "play"
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's admin needs inline style and script, its previews a frame of its own (docs/deployment.md).
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
}


def _tile_host(address: str, attribution: str) -> str:
    """Where the map's tiles come from, as a Content-Security-Policy names it; "" if there are none.

    Args:
        address: "" or ``https://HOST/{z}/{x}/{y}.png``; ``{s}`` in the host stands for any of its mirrors.
        attribution: whom the map thanks for them, which who gives tiles asks for.
    """
    if not address:
        return ""
    parts = urlsplit(address.replace("{s}.", "*."))
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or " " in address:
        raise environ.ImproperlyConfigured("TILE_URL is https://HOST/{z}/{x}/{y}.png")
    if not attribution:
        raise environ.ImproperlyConfigured(
            "TILE_URL needs TILE_ATTRIBUTION: whom the map thanks for its tiles"
        )
    return f"https://{parts.netloc}"


# Without it the map shows our own outlines, and asks nobody else for anything.
TILE_URL = env.str("TILE_URL", default="")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", default="")
TILE_HOST = _tile_host(TILE_URL, TILE_ATTRIBUTION)

# What no page of ours asks of a device; passkeys are ours to make and to use.
PERMISSIONS_POLICY = ", ".join(
    [
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation",
                "gyroscope", "hid", "identity-credentials-get", "idle-detection", "interest-cohort", "local-fonts",
                "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb",
                "xr-spatial-tracking",
            )
        ),
    ]
)  # fmt: skip
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
USE_X_FORWARDED_HOST = False
CSRF_FAILURE_VIEW = "portal.views.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Wagtail ----------------------------------------------------------------

WAGTAIL_SITE_NAME = "Communities of Practice learning portal"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILIMAGES_IMAGE_MODEL = "files.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "files.PortalDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILIMAGES_IMAGE_FORM_BASE = "files.admin_forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "files.admin_forms.DocumentForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024  # bytes; files/pictures.py holds it too
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000  # of all frames together
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database"}
    if not env.str("SEARCH_URL", default="")
    else {
        "BACKEND": "wagtail.search.backends.opensearch2",
        "URLS": [env.str("SEARCH_URL")],
        "INDEX_PREFIX": "portal",
    }
}
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.settings.log_lines.WithoutSecrets",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

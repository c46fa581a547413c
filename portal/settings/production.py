"""A deployment: it refuses to start without what keeps it safe."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SITE_URL, STORAGES, env

IS_DEMO = False
DEBUG = False
if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured(
        "DEBUG is for a developer's machine: it shows strangers what is inside. Take it away."
    )
SECRET_KEY = env.str("SECRET_KEY", default="")
_GUESSABLE = ("django-insecure-", "only-for-tests-", "change", "secret")
if len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.lower().startswith(_GUESSABLE):
    raise ImproperlyConfigured("Set SECRET_KEY to a random text of 40 characters or more.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names that this portal answers to.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("Set SITE_URL to the https:// address of this portal.")
if STORAGES["default"].get("OPTIONS", {}).get("endpoint_url", "https:").startswith("http:"):
    raise ImproperlyConfigured("Set STORAGE_URL to an s3:// address, which is reached by https.")

# Editors, facilitators and admins sign in with a second step; there is no way to turn that off.
REQUIRE_MFA = True

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A name that a browser takes from this host alone, over https, for all its paths (RFC 6265bis, section 4.1.3.2).
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

"""A demo or a developer's machine: nothing to set, everything under var/."""

import secrets

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, VAR, env

IS_DEMO = True
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", env.str("HOST", default="127.0.0.1")]


def _kept_secret() -> str:
    """The key made on the first start, so that a second start keeps people signed in."""
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()

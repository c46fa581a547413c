"""Which single sign-on there is, as the environment says."""

from typing import Any

import environ

_ENTRA = "https://login.microsoftonline.com/{tenant}/v2.0"


def single_sign_on(env: environ.Env) -> list[dict[str, Any]]:
    """What django-allauth is told of each provider: a general one (``OIDC_…``), and Microsoft Entra (``ENTRA_…``).

    Nothing, for a provider with no client id. The id token alone says who somebody is: it comes straight from
    the provider, over TLS (OpenID Connect Core 1.0, section 3.1.3.7).
    """
    apps = []
    if env.str("OIDC_CLIENT_ID", default=""):
        apps.append(
            _app(
                "sso",
                name=env.str("OIDC_NAME", default="your organisation"),
                client_id=env.str("OIDC_CLIENT_ID"),
                secret=env.str("OIDC_CLIENT_SECRET", default=""),
                server_url=env.str("OIDC_SERVER_URL"),
            )
        )
    if env.str("ENTRA_CLIENT_ID", default=""):
        apps.append(
            _app(
                "entra",
                name=env.str("ENTRA_NAME", default="NHSmail"),
                client_id=env.str("ENTRA_CLIENT_ID"),
                secret=env.str("ENTRA_CLIENT_SECRET", default=""),
                server_url=_ENTRA.format(tenant=env.str("ENTRA_TENANT_ID")),
            )
        )
    return apps


def _app(provider_id: str, *, name: str, client_id: str, secret: str, server_url: str) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": server_url.rstrip("/"),
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
        },
    }

"""Signing in by the force's identity provider: OpenID Connect's code flow with PKCE (RFC 7636) and a nonce."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, request, url_for
from flask import session as cookie
from joserfc.errors import JoseError
from requests import RequestException

from service.api.caller import context
from service.config import Settings
from service.errors import NotFound, Unauthenticated
from service.operations import provider_sign_in, sessions
from service.operations.provider_sign_in import Claims
from service.web import guard, sign_in
from service.web.page import OPEN, page

_EXTENSION = "op_quantity_provider"
_SECONDS = 10
_NO_PROOF = "the identity provider did not vouch for you; try again"
_WANTED = "wanted"
"""Where the cookie remembers whether somebody shows anew who they are, and where they go then."""


def set_up(app: Flask, settings: Settings) -> None:
    """Make the provider of the settings, if there is one, known to ``app``."""
    if settings.oidc_issuer is None:
        return
    secret = settings.oidc_client_secret
    app.extensions[_EXTENSION] = OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
        },
    )


def is_there() -> bool:
    """Whether people can sign in by a provider here."""
    return _EXTENSION in current_app.extensions


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/sign-in/provider", "ask_provider", ask_provider)
    pages.add_url_rule("/sign-in/provider/return", "provider_return", provider_return)


@page(OPEN)
def ask_provider() -> Any:
    """Send the browser to the provider; ``again`` asks it to make sure that it is still the same person."""
    again = "again" in request.args
    cookie[_WANTED] = {"again": again, "then": request.args.get("then", "")}
    more = {"prompt": "login", "max_age": "0"} if again else {}
    back = (context().settings.public_url or request.url_root).rstrip("/") + url_for("pages.provider_return")
    try:
        return _provider().authorize_redirect(back, **more)
    except (OAuthError, RequestException):
        return sign_in.failed("the identity provider does not answer; try again, or use a password")


@page(OPEN)
def provider_return() -> Any:
    """Take what the provider says of the person."""
    wanted = cookie.pop(_WANTED, {})
    try:
        told = _provider().authorize_access_token().get("userinfo")
        if not told:
            return sign_in.failed(_NO_PROOF)
        claims = _claims(told, context().settings)
        if wanted.get("again") and guard.SESSION in cookie:
            session = sessions.current(context(), cookie[guard.SESSION])
            provider_sign_in.confirm_by_provider(context(), session, claims)
        else:
            sign_in.begin(provider_sign_in.sign_in_by_provider(context(), claims))
    except (OAuthError, JoseError, RequestException):
        return sign_in.failed(_NO_PROOF)
    except Unauthenticated as error:
        return sign_in.failed(error.detail)
    return sign_in.onwards(wanted.get("then", ""))


def _provider() -> Any:
    if not is_there():
        raise NotFound("people do not sign in by a provider here")
    return current_app.extensions[_EXTENSION]


def _claims(told: dict[str, Any], settings: Settings) -> Claims:
    name = told.get("name") or told.get("preferred_username") or ""
    roles, premises = (_listed(told.get(claim)) for claim in (settings.oidc_role_claim, settings.oidc_premises_claim))
    return Claims(told["iss"], told["sub"], str(name), roles, premises, _shown_at(told.get("auth_time")))


def _shown_at(told: Any) -> datetime:
    """When they showed who they are; long ago, where the provider says nothing of it that makes sense."""
    try:
        return datetime.fromtimestamp(told, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _listed(claim: Any) -> list[str]:
    """A claim that lists names, which some providers write as one text with blanks."""
    if isinstance(claim, str):
        return claim.split()
    return [name for name in claim if isinstance(name, str)] if isinstance(claim, list) else []

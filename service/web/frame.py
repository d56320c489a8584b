"""The pages put together: their routes, templates, cookies, and the headers that keep them safe."""

from __future__ import annotations

import hmac
from datetime import timedelta

from apiflask import APIBlueprint
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined

from service.operations.context import Context
from service.operations.webhooks import secret_keys
from service.web import assets, faults, guard, navigation, proof, provider, wording
from service.web.content_policy import nonce, protect
from service.web.page import OPEN, page
from service.web.parts import PARTS

NAME = "pages"


def register(app: Flask, context: Context) -> None:
    """Serve the pages from ``app``."""
    _set_up_cookies(app, context)
    provider.set_up(app, context.settings)
    csrf = CSRFProtect(app)
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("service.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    wording.register(app)
    pages = APIBlueprint(NAME, __name__, enable_openapi=False)
    pages.before_request(guard.authorise)
    pages.before_request(csrf.protect)
    pages.before_request(proof.demand)
    pages.after_request(protect)
    app.jinja_env.globals.update(asset=assets.asset, may=guard.may, may_open=guard.may_open, nonce=nonce)
    app.jinja_env.globals["by_provider"] = provider.is_there
    app.context_processor(navigation.shown)
    pages.add_url_rule("/assets/<digest>/<path:name>", "send_asset", page(OPEN)(assets.send_asset))
    for part in PARTS:
        part.add_to(pages)
    faults.register(app, pages)
    app.register_blueprint(pages)


def _set_up_cookies(app: Flask, context: Context) -> None:
    keys = [hmac.digest(key.encode(), b"opq cookies", "sha256") for key in secret_keys(context.settings)]
    https = context.settings.https
    app.secret_key = keys[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="__Host-opq" if https else "opq",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=context.settings.session_life),
        SESSION_REFRESH_EACH_REQUEST=False,  # a late answer must not bring the cookie back after signing out
        WTF_CSRF_CHECK_DEFAULT=False,  # no cookie opens the API
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as its session
        WTF_CSRF_SSL_STRICT=False,  # browsers are told to say nowhere whence they come (Referrer-Policy)
    )

"""The web application, put together. What is open to everybody can be seen here; all else is behind a token or,
for the pages, a session."""

from __future__ import annotations

from apiflask import APIBlueprint, APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import (
    audit,
    auth,
    checklists,
    docs,
    estate,
    events,
    headers,
    health,
    kept,
    metrics,
    openapi,
    overrides,
    paths,
    premises,
    problems,
    readings,
    requests,
    simulations,
    threat_changes,
    threat_levels,
    tokens,
    webhooks,
)
from service.api.body import LARGEST, StrictJson, StrictRequest
from service.api.caller import EXTENSION
from service.operations.context import Context
from service.web import frame

_VERSION = "0.1.0"
_BEHIND_A_TOKEN = (
    threat_levels.routes,
    threat_changes.routes,
    readings.routes,
    simulations.routes,
    estate.routes,
    premises.routes,
    overrides.routes,
    requests.routes,
    checklists.routes,
    audit.routes,
    tokens.routes,
    events.routes,
    webhooks.routes,
)


def create_app(context: Context) -> APIFlask:
    """The application that serves one installation."""
    app = _bare_app()
    app.extensions[EXTENSION] = context
    if proxies := context.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    headers.register(app, https=context.settings.https)
    problems.register(app)
    kept.register(app)

    # Open: is it alive, can it serve, figures, the document and its page.
    app.register_blueprint(health.routes)
    metrics.register(app, context)
    docs.register(app)

    guarded = APIBlueprint("api", __name__, url_prefix="/api/v1", enable_openapi=False)
    guarded.before_request(auth.authorise)
    guarded.teardown_request(auth.release)
    for routes in _BEHIND_A_TOKEN:
        guarded.register_blueprint(routes)
    app.register_blueprint(guarded)

    # Behind a session, but for the signing in.
    frame.register(app, context)
    return app


def _bare_app() -> APIFlask:
    app = APIFlask(
        __name__,
        title="Op Quantity: estate security response levels",
        version=_VERSION,
        spec_path=openapi.PATH,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None for no such folder
    )
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST,
        AUTO_SERVERS=False,  # it would repeat the Host header of whoever asked first
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    app.request_class = StrictRequest
    app.json = StrictJson(app)
    app.url_map.converters.update(paths.CONVERTERS)

    openapi.register(app)
    return app

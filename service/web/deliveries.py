"""One webhook: what became of its deliveries, and what can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid
from service.operations import deliveries, webhooks
from service.operations.premises_names import names_of
from service.web import faults, forms
from service.web.page import page

_PERMISSION = "webhooks.manage"
_ON_A_PAGE = 20


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    one = "/webhooks/<number:webhook_id>"
    again = f"{one}/deliveries/<number:delivery_id>/redeliver"
    pages.add_url_rule(one, "webhook_page", webhook_page)
    pages.add_url_rule(f"{one}/secret", "rotate_secret", rotate_secret, methods=["POST"])
    pages.add_url_rule(f"{one}/test", "test_webhook", test_webhook, methods=["POST"])
    pages.add_url_rule(f"{one}/recover", "recover_webhook", recover_webhook, methods=["POST"])
    pages.add_url_rule(again, "redeliver", redeliver, methods=["POST"])


@page(_PERMISSION)
def webhook_page(webhook_id: int) -> Any:
    """The webhook and its deliveries, newest first."""
    return _show(webhook_id)


@page(_PERMISSION, fresh=True)
def rotate_secret(webhook_id: int) -> Any:
    """Give it a new secret, and show it this once."""
    try:
        made = webhooks.rotate_secret(context(), principal(), webhook_id)
    except Conflict as error:
        return _show(webhook_id, error), 409
    return render_template(
        "webhooks/secret.html", webhook_id=webhook_id, secret=made["secret"], former_until=made["former_until"]
    )


@page(_PERMISSION)
def test_webhook(webhook_id: int) -> Any:
    """Send it a test message."""
    return _after(webhook_id, lambda: deliveries.send_test(context(), principal(), webhook_id))


@page(_PERMISSION)
def redeliver(webhook_id: int, delivery_id: int) -> Any:
    """Deliver one again."""
    return _after(webhook_id, lambda: deliveries.redeliver(context(), principal(), delivery_id))


@page(_PERMISSION)
def recover_webhook(webhook_id: int) -> Any:
    """Deliver everything since a time that did not arrive, and say how much that is."""
    try:
        since = forms.instant("since", request.form.get("since", ""))
        if since is None:
            raise Invalid("the time is missing", fields=(FieldFault("since", "Say since when"),))
        done = deliveries.recover(context(), principal(), webhook_id, since)
    except Invalid as error:
        return _show(webhook_id, error), 422
    except Conflict as error:
        return _show(webhook_id, error), 409
    more = "" if done["complete"] else "yes"
    where = url_for("pages.webhook_page", webhook_id=webhook_id, recovering=done["recovering"], more=more)
    return redirect(where, 303)


def _after(webhook_id: int, act: Callable[[], Any]) -> Any:
    try:
        act()
    except Conflict as error:
        return _show(webhook_id, error), 409
    return redirect(url_for("pages.webhook_page", webhook_id=webhook_id), 303)


def _show(webhook_id: int, error: Invalid | Conflict | None = None) -> str:
    before = forms.number("before") or None
    webhook = webhooks.get_webhook(context(), principal(), webhook_id)
    return render_template(
        "webhooks/one.html",
        webhook=webhook,
        names=names_of(context(), principal(), webhook["premises"]),
        deliveries=deliveries.list_deliveries(context(), principal(), webhook_id, before, _ON_A_PAGE),
        recovering=forms.number("recovering") if "recovering" in request.args else None,
        more="more" in request.args and request.args["more"] == "yes",
        since=request.form.get("since", ""),
        error=error,
        fields=faults.by_field(error.fields) if error else {},
    )

"""Webhooks: which there are, and adding, changing and deleting one. What became of deliveries is in ``deliveries``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service.api.caller import context, principal
from service.errors import Invalid
from service.operations import webhooks
from service.operations.event_types import EVENT_TYPES
from service.operations.premises_choice import choice, ids_of
from service.operations.webhooks import WebhookWish
from service.web import faults, forms
from service.web.page import page

_PERMISSION = "webhooks.manage"


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/webhooks", "webhooks_page", webhooks_page)
    pages.add_url_rule("/webhooks/add", "add_webhook", add_webhook, methods=["GET", "POST"])
    one = "/webhooks/<number:webhook_id>"
    pages.add_url_rule(f"{one}/change", "change_webhook", change_webhook, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}/state", "set_webhook_state", set_webhook_state, methods=["POST"])
    pages.add_url_rule(f"{one}/delete", "delete_webhook", delete_webhook, methods=["GET", "POST"])


@page(_PERMISSION)
def webhooks_page() -> Any:
    """Every webhook that is theirs to see."""
    return render_template("webhooks/list.html", webhooks=webhooks.list_webhooks(context(), principal())["items"])


@page(_PERMISSION)
def add_webhook() -> Any:
    """Ask what is to be told where; then show the secret, this once."""
    if request.method == "GET":
        return _form(WebhookWish(""))
    wish = _wish()
    try:
        made = forms.carry_out(webhooks.create_webhook, _by_id(wish))
    except Invalid as error:
        return _form(wish, error), 422
    return render_template("webhooks/secret.html", webhook_id=made["id"], secret=made["secret"], former_until=None)


@page(_PERMISSION)
def change_webhook(webhook_id: int) -> Any:
    """Change where it points, or what it is told."""
    known = webhooks.get_webhook(context(), principal(), webhook_id)
    names = ("url", "event_types", "premises", "districts")
    if request.method == "GET":
        return _form(WebhookWish(**{name: known[name] for name in names}), webhook_id=webhook_id)
    wish = _wish()
    try:
        found = _by_id(wish)
        wishes = {name: getattr(found, name) for name in names}
        webhooks.change_webhook(context(), principal(), webhook_id, wishes)
    except Invalid as error:
        return _form(wish, error, webhook_id), 422
    return redirect(url_for("pages.webhook_page", webhook_id=webhook_id), 303)


@page(_PERMISSION)
def set_webhook_state(webhook_id: int) -> Any:
    """Pause it, or let it go on."""
    webhooks.change_webhook(context(), principal(), webhook_id, {"state": request.form.get("state", "")})
    return redirect(url_for("pages.webhook_page", webhook_id=webhook_id), 303)


@page(_PERMISSION)
def delete_webhook(webhook_id: int) -> Any:
    """Ask whether they are sure; then tell it nothing any more."""
    if request.method == "GET":
        known = webhooks.get_webhook(context(), principal(), webhook_id)
        return render_template("webhooks/delete.html", webhook=known)
    webhooks.delete_webhook(context(), principal(), webhook_id)
    return redirect(url_for("pages.webhooks_page"), 303)


def _wish() -> WebhookWish:
    """What the form says, with the premises as they were typed."""
    return WebhookWish(
        request.form.get("url", "").strip(),
        request.form.getlist("event_types"),
        request.form.getlist("premises"),
        [line.strip() for line in request.form.get("districts", "").splitlines() if line.strip()],
    )


def _by_id(wish: WebhookWish) -> WebhookWish:
    return replace(wish, premises=ids_of(context(), principal(), wish.premises))


def _form(wish: WebhookWish, error: Invalid | None = None, webhook_id: int | None = None) -> str:
    return render_template(
        "webhooks/form.html",
        wish=wish,
        choice=choice(context(), principal(), wish.premises),
        webhook_id=webhook_id,
        event_types=EVENT_TYPES,
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        error=error,
        fields=faults.by_field(error.fields) if error else {},
    )

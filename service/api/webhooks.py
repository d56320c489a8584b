"""Webhooks and what became of their deliveries. Secrets are shown once, and never kept under an Idempotency-Key."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.fields import NumberPage
from service.api.shapes.webhooks import (
    Delivery,
    DeliveryPage,
    NewSecret,
    NewWebhook,
    Recovery,
    RecoveryWish,
    Webhook,
    WebhookChange,
    WebhookGiven,
    WebhookPage,
)
from service.operations import deliveries, webhooks

routes = APIBlueprint("webhooks", __name__, tag="Events and webhooks")

_PERMISSION = "webhooks.manage"


@routes.get("/webhooks")
@contract(_PERMISSION)
@routes.output(WebhookPage)
def list_webhooks() -> Response:
    """List webhooks, oldest first: a monitor's own, or all"""
    return answered(webhooks.list_webhooks(context(), principal()))


@routes.post("/webhooks")
@contract(_PERMISSION, headers=(IDEMPOTENCY_KEY,))
@routes.input(WebhookGiven, arg_name="wish")
@routes.output(NewWebhook, 201)
def create_webhook(wish: WebhookGiven) -> Response:
    """Have an address told of events

    By Standard Webhooks 1.0. The secret is shown this once; a replay by Idempotency-Key shows none.
    """
    wanted = webhooks.WebhookWish(wish.url, wish.event_types, wish.premises, wish.districts)
    return answered(carry_out(webhooks.create_webhook, wanted), 201)


@routes.get("/webhooks/<number:webhook_id>")
@contract(_PERMISSION)
@routes.output(Webhook)
def get_webhook(webhook_id: int) -> Response:
    """Get a webhook"""
    return answered(webhooks.get_webhook(context(), principal(), webhook_id))


@routes.patch("/webhooks/<number:webhook_id>")
@contract(_PERMISSION)
@routes.input(WebhookChange, arg_name="wish")
@routes.output(Webhook)
def change_webhook(webhook_id: int, wish: WebhookChange) -> Response:
    """Pause or resume a webhook, or change what it is told

    While it is paused, nothing is sent; what happened goes out afterwards. One that was disabled starts anew.
    """
    wishes = {name: value for name, value in wish.model_dump(exclude_unset=True).items() if value is not None}
    return answered(webhooks.change_webhook(context(), principal(), webhook_id, wishes))


@routes.delete("/webhooks/<number:webhook_id>")
@contract(_PERMISSION)
@routes.output({}, 204)
def delete_webhook(webhook_id: int) -> Response:
    """Delete a webhook; what is on its way is given up"""
    webhooks.delete_webhook(context(), principal(), webhook_id)
    return Response(status=204)


@routes.post("/webhooks/<number:webhook_id>/test")
@contract(_PERMISSION, refusals=(409,))
@routes.output(Delivery, 202)
def test_webhook(webhook_id: int) -> Response:
    """Send a webhook a test message"""
    return answered(deliveries.send_test(context(), principal(), webhook_id), 202)


@routes.post("/webhooks/<number:webhook_id>/rotate-secret")
@contract(_PERMISSION, refusals=(409,))
@routes.output(NewSecret)
def rotate_secret(webhook_id: int) -> Response:
    """Give a webhook a new secret

    For 24 hours messages are signed with the former ones too.
    """
    return answered(webhooks.rotate_secret(context(), principal(), webhook_id))


@routes.post("/webhooks/<number:webhook_id>/recover")
@contract(_PERMISSION, refusals=(409,))
@routes.input(RecoveryWish, arg_name="wish")
@routes.output(Recovery, 202)
def recover_webhook(webhook_id: int, wish: RecoveryWish) -> Response:
    """Deliver everything since a time that did not arrive"""
    return answered(deliveries.recover(context(), principal(), webhook_id, wish.since), 202)


@routes.get("/webhooks/<number:webhook_id>/deliveries")
@contract(_PERMISSION)
@routes.input(NumberPage, location="query", arg_name="page")
@routes.output(DeliveryPage)
def list_deliveries(webhook_id: int, page: NumberPage) -> Response:
    """List deliveries with their attempts, newest first"""
    return answered(deliveries.list_deliveries(context(), principal(), webhook_id, page.after, page.limit))


@routes.post("/deliveries/<number:delivery_id>/redeliver")
@contract(_PERMISSION, refusals=(409,))
@routes.output(Delivery, 202)
def redeliver(delivery_id: int) -> Response:
    """Deliver one again, from the start of the retry schedule"""
    return answered(deliveries.redeliver(context(), principal(), delivery_id), 202)

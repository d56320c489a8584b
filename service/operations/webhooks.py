"""Webhooks: who is told, of what, and how it is signed. Monitors have their own; lead and admin see all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from service.config import Settings
from service.errors import Conflict, FieldFault, Invalid, NotFound, Permanent
from service.looking_up import Resolve, resolve
from service.operations import idempotency
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.events import check_types
from service.operations.idempotency import Once
from service.operations.people import Principal, Role
from service.operations.plain_text import text_fault
from service.operations.premises_form import SLUG
from service.store import deliveries, estate
from service.store import webhooks as store
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import ACTIVE, DISTRICT, GRANTED, PAUSED, PREMISES
from service.webhooks.addresses import Allowed, RefusedAddress, parse_allowed
from service.webhooks.sending import check_url
from service.webhooks.signing import new_secret
from service.webhooks.vault import Vault

OVERLAP = timedelta(hours=24)
"""How long the former secrets stay valid after a rotation."""

MOST_SECRETS = 5
"""Secrets that a message is signed with at most."""

MOST_NAMED = 1_000
"""Premises, and districts, that a webhook may be narrowed to."""

_SEES_ALL = frozenset({Role.OP_QUANTITY_LEAD, Role.ADMIN, Role.SYSTEM})


@dataclass(frozen=True)
class WebhookWish:
    """A webhook to be made: no event types means all; no premises and no districts means the whole estate."""

    url: str
    event_types: Collection[str] = field(default=())
    premises: Collection[str] = field(default=())
    districts: Collection[str] = field(default=())


def create_webhook(
    context: Context, principal: Principal, wish: WebhookWish, once: Once | None = None, look_up: Resolve = resolve
) -> dict[str, Any]:
    """Tell ``wish.url`` from now on. Gives the webhook with its ``secret``, shown this once (null in a replay).

    Raises Invalid for an address that may not be called, and for event types or premises that do not exist.
    """
    _check_address(context.settings, wish.url, look_up)
    check_types("event_types", wish.event_types)
    scopes = {PREMISES: set(wish.premises), DISTRICT: set(wish.districts), GRANTED: set(principal.premises)}
    secret = new_secret()
    sealed = vault(context.settings).seal(secret)
    with context.store.write() as writer:
        idempotency.begin(writer, principal, once)
        _check_scopes(writer, principal, scopes)
        row = {
            "url": wish.url,
            "event_types": sorted(set(wish.event_types)),
            "narrowed": bool(wish.premises or wish.districts),
            "state": ACTIVE,
            "role": principal.role.value,
            "created_by": principal.person_id,
            "created_at": writer.at,
            "slow": False,
        }
        webhook_id = store.add(writer, row, scopes, sealed)
        answer = {**_shown(writer, own_webhook(writer, principal, webhook_id)), "secret": None}
        writer.record(principal.actor, "webhook.created", f"webhook/{webhook_id}", _told(answer))
        idempotency.keep(writer, principal, once, answer)
    return {**answer, "secret": secret}


def list_webhooks(context: Context, principal: Principal) -> dict[str, Any]:
    """Every webhook that is the principal's to see, oldest first."""
    author = None if principal.role in _SEES_ALL else principal.person_id
    with context.store.read() as reader:
        return {"items": [_shown(reader, row) for row in store.all_known(reader, author)], "next": None}


def get_webhook(context: Context, principal: Principal, webhook_id: int) -> dict[str, Any]:
    """One webhook. Raises NotFound."""
    with context.store.read() as reader:
        return _shown(reader, own_webhook(reader, principal, webhook_id))


def change_webhook(
    context: Context, principal: Principal, webhook_id: int, wishes: Mapping[str, Any], look_up: Resolve = resolve
) -> dict[str, Any]:
    """Change those of ``url``, ``state`` (active or paused), ``event_types``, ``premises`` and ``districts`` given.

    While paused nothing is sent, and what happens meanwhile goes out afterwards. One that was paused or disabled, or
    has another address, is not held to have failed before; ``recover`` brings what it missed while disabled. Raises
    NotFound, Invalid.
    """
    if "url" in wishes:
        _check_address(context.settings, wishes["url"], look_up)
    check_types("event_types", wishes.get("event_types", ()))
    named = {PREMISES: "premises", DISTRICT: "districts"}
    scopes = {kind: set(wishes[word]) for kind, word in named.items() if word in wishes}
    with context.store.write() as writer:
        if "state" in wishes:
            deliveries.fanned_out(writer, locked=True)  # fanning out that is under way sees who listens again
        row = own_webhook(writer, principal, webhook_id, locked=True)
        _check_scopes(writer, principal, scopes)
        store.set_scopes(writer, webhook_id, scopes)
        left = store.scopes(writer, webhook_id)
        store.change(writer, webhook_id, narrowed=bool(left[PREMISES] or left[DISTRICT]), **_values(row, wishes))
        answer = _shown(writer, own_webhook(writer, principal, webhook_id))
        writer.record(principal.actor, "webhook.changed", f"webhook/{webhook_id}", _told(answer))
        return answer


def _values(row: Row, wishes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"url": wishes["url"]} if "url" in wishes else {}
    if "event_types" in wishes:
        values["event_types"] = sorted(set(wishes["event_types"]))
    if "state" in wishes:
        if wishes["state"] not in (ACTIVE, PAUSED):
            message = "must be active or paused"
            raise Invalid(message, fields=(FieldFault("state", message),))
        values |= {"state": wishes["state"], "reason": None}
    if ("state" in wishes and row["state"] != ACTIVE) or values.get("url", row["url"]) != row["url"]:
        values |= {"failing_since": None, "slow": False}
    return values


def delete_webhook(context: Context, principal: Principal, webhook_id: int) -> None:
    """Tell it nothing any more; what was on its way is given up and its secrets are forgotten. Raises NotFound."""
    with context.store.write() as writer:
        own_webhook(writer, principal, webhook_id, locked=True)
        undelivered = deliveries.give_up(writer, webhook_id)
        store.forget_secrets(writer, webhook_id)
        store.change(writer, webhook_id, deleted_at=writer.at)
        writer.record(principal.actor, "webhook.deleted", f"webhook/{webhook_id}", {"undelivered": undelivered})


def rotate_secret(context: Context, principal: Principal, webhook_id: int) -> dict[str, Any]:
    """Give a webhook a new secret. Until ``former_until`` messages are signed with the former ones too.

    Raises NotFound, and Conflict when it was rotated too often within the overlap.
    """
    secret = new_secret()
    sealed = vault(context.settings).seal(secret)
    with context.store.write() as writer:
        own_webhook(writer, principal, webhook_id, locked=True)
        if len(store.sealed_secrets(writer, [webhook_id])[webhook_id]) >= MOST_SECRETS:
            raise Conflict(f"{MOST_SECRETS} secrets are valid already; wait until the oldest has ended")
        until = writer.at + OVERLAP
        store.end_secrets(writer, webhook_id, until)
        store.add_secret(writer, webhook_id, sealed)
        writer.record(principal.actor, "webhook.secret_rotated", f"webhook/{webhook_id}", {})
    return {"id": webhook_id, "secret": secret, "former_until": instant(until)}


def own_webhook(reader: Reader, principal: Principal, webhook_id: int, *, locked: bool = False) -> Row:
    """The row of a webhook that is the principal's to manage. Raises NotFound for any other."""
    row = store.by_id(reader, webhook_id, locked=locked)
    if row is None or not (principal.role in _SEES_ALL or row["created_by"] == principal.person_id):
        raise NotFound(f"there is no webhook {webhook_id}")
    return row


def allowed(settings: Settings) -> Allowed:
    """What ``OPQ_WEBHOOK_ALLOW`` lets outgoing calls reach."""
    return parse_allowed(settings.webhook_allow)


def vault(settings: Settings) -> Vault:
    """What seals and opens the secrets. Raises Permanent where there is no key, or one too short."""
    return Vault(secret_keys(settings))


def secret_keys(settings: Settings) -> list[str]:
    """The keys of ``OPQ_SECRET_KEY`` or its file, the one in use first. Raises Permanent for a file not to be read."""
    if settings.secret_key is not None:
        text = settings.secret_key.get_secret_value().replace(",", "\n")
    else:
        try:
            text = settings.secret_key_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Permanent(
                f"OPQ_SECRET_KEY_FILE: {settings.secret_key_file} cannot be read; opq init makes it, or give "
                "OPQ_SECRET_KEY"
            ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _check_address(settings: Settings, url: str, look_up: Resolve) -> None:
    try:
        check_url(url, allowed(settings), look_up)
    except RefusedAddress as error:
        raise Invalid(f"the address {error}", fields=(FieldFault("url", str(error)),)) from error


def _check_scopes(reader: Reader, principal: Principal, scopes: Mapping[str, Collection[str]]) -> None:
    for kind, word in ((PREMISES, "premises"), (DISTRICT, "districts")):
        if len(scopes.get(kind, ())) > MOST_NAMED:
            message = f"{MOST_NAMED} is the most"
            raise Invalid(f"too many {word}: {message}", fields=(FieldFault(word, message),))
    wanted = set(scopes.get(PREMISES, ()))
    known = {premises_id for premises_id in wanted if SLUG.fullmatch(premises_id)}
    if unknown := sorted(wanted - estate.visible_of(reader, principal.sight, known)):
        message = f"there is no premises {', '.join(unknown[:10])}"
        raise Invalid(message, fields=(FieldFault("premises", message),))
    for district in scopes.get(DISTRICT, ()):
        if fault := text_fault(district, 100, required=True):
            raise Invalid(f"a district {fault}", fields=(FieldFault("districts", fault),))


def _shown(reader: Reader, row: Row) -> dict[str, Any]:
    scopes = store.scopes(reader, row["id"])
    return {
        "id": row["id"],
        "url": row["url"],
        "state": row["state"],
        "reason": row["reason"],
        "event_types": row["event_types"],
        "premises": scopes[PREMISES],
        "districts": scopes[DISTRICT],
        "created_by": row["author"],
        "created_at": instant(row["created_at"]),
        "failing_since": instant(row["failing_since"]),
        "last_delivered_at": instant(deliveries.last_delivered(reader, row["id"])),
        "pending": deliveries.pending_of(reader, row["id"]),
    }


def _told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the record is told: of the address the host alone, since the rest may hold a secret."""
    told = ("state", "event_types", "premises", "districts")
    return {"host": urlsplit(answer["url"]).hostname, **{name: answer[name] for name in told}}

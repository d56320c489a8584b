"""Working on a list: ticking an item, agreeing to what was not done, adding, handing over, signing off.

Whoever writes to a list first takes its next version, which is the list's lock: two people never interleave. A tick is
refused only when that very item changed since the version that the person saw; a sign-off needs the exact version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contingency_plans.option import OWNER_ROLES
from service.errors import Conflict, FieldFault, Invalid, PreconditionMissing
from service.operations import idempotency, requests, stand_down
from service.operations.answers import instant
from service.operations.checklists import etag, premises_of
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.list_items import (
    AD_HOC,
    BLOCKED,
    DECLINED,
    NOT_APPLICABLE,
    OPEN,
    STATUSES,
    Item,
    item_answer,
    items_of,
)
from service.operations.list_work import (
    LONGEST_NAME,
    find,
    put_state,
    replace_state,
    subject,
    take,
    text_faults,
)
from service.operations.people import Principal
from service.operations.plain_text import REASON_LENGTH
from service.store import checklists as lists
from service.store import items as table
from service.store.levels import STAND_DOWN
from service.store.transactions import Writer
from service.store.types import Row

REASONS = {
    "already_in_place": "Already in place",
    "not_relevant_here": "Not relevant at these premises",
    "no_staff": "No staff to do it",
    "no_equipment": "Equipment is missing or out of order",
    "waits_for_others": "Waits for somebody else",
    "harms_service": "Would harm the service to the public",
    "risk_accepted": "Risk considered and accepted",
}
"""The common reasons for not doing something, one tap each."""


def tick(
    context: Context,
    principal: Principal,
    checklist_id: int,
    option_id: str,
    status: str,
    note: str = "",
    seen_version: int | None = None,
    reason_code: str | None = None,
    occurrence: str | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Say what became of an item; gives the item, with the list's new version and etag.

    ``status`` is open, done, not_applicable, declined or blocked. All but done need a reason: a ``note``, one of
    ``REASONS`` by ``reason_code``, or both. ``seen_version`` is the version of the list that the person saw;
    ``occurrence``, where given, the turn of a recurring item that they meant.

    A required item that is declined or blocked stays open until a second person agrees to it. On a list that is signed
    off only turns that began since can be ticked; the sign-off stands for what had been decided by then.

    Raises Invalid, NotFound, PreconditionMissing (no version), Forbidden, or Conflict: the item has changed, its turn
    is over, or the list is signed off or superseded.
    """
    reason = _reason(status, note, reason_code)
    if seen_version is None:
        raise PreconditionMissing("say which version of the checklist you saw, with If-Match")
    with context.store.write() as writer:
        idempotency.begin(writer, principal, once)
        checklist = take(writer, principal, checklist_id)
        item = find(items_of(context, writer, checklist, writer.at), option_id, checklist_id)
        _refuse_stale(checklist, item, seen_version, occurrence, status)
        put_state(writer, principal, checklist, item, status, reason)
        _record_item(writer, principal, "item.ticked", checklist, item, status=status, note=reason)
        answer = _item_answer(context, writer, principal, checklist, option_id)
        return idempotency.keep(writer, principal, once, answer)


def agree_item(context: Context, principal: Principal, checklist_id: int, option_id: str) -> dict[str, Any]:
    """Agree, as a second person, that a required item is not done; gives the item as ``tick`` does.

    Raises NotFound, Forbidden (the same person, or one who may not), or Conflict when nothing waits to be agreed.
    """
    with context.store.write() as writer:
        checklist = take(writer, principal, checklist_id)
        item = find(items_of(context, writer, checklist, writer.at), option_id, checklist_id)
        if item.state is None or item.agreed:
            raise Conflict(f"item {option_id} does not wait to be agreed: it was agreed, or said otherwise, already")
        requests.approve(writer, principal, requests.ITEM_AGREEMENT, str(item.state["id"]))
        kept = {key: item.state[key] for key in ("status", "note", "by", "stated_at", "stated_by")}
        replace_state(writer, checklist, item, **kept, agreed=True, agreed_by=principal.person_id)
        _record_item(writer, principal, "item.agreed", checklist, item, status=item.status)
        return _item_answer(context, writer, principal, checklist, option_id)


def add_item(
    context: Context,
    principal: Principal,
    checklist_id: int,
    text: str,
    owner_role: str,
    due_at: datetime | None = None,
    reverse: str | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Add an item to a response list; gives it as ``tick`` does.

    It stands on the list while the level is at least the present one, until its reversal has been signed off.
    Raises Invalid, NotFound, Forbidden, or Conflict: the list is signed off, superseded or a stand-down list.
    """
    with context.store.write() as writer:
        idempotency.begin(writer, principal, once)
        _check_new(text, owner_role, due_at, reverse, writer.at)
        checklist = take(writer, principal, checklist_id)
        if checklist["kind"] == STAND_DOWN or checklist["signed_off_at"] is not None:
            raise Conflict("items can be added only to a response list that is not signed off")
        added = table.add_ad_hoc(
            writer,
            {
                "subject": checklist["subject"],
                "from_level": checklist["response_level"],
                "text": text.strip(),
                "reverse": reverse.strip() if reverse else None,
                "owner_role": owner_role,
                "due_at": due_at,
                "added_by": principal.person_id,
                "added_at": writer.at,
            },
        )
        option_id = f"{AD_HOC}{added}"
        detail = {"checklist": checklist_id, "option": option_id, "text": text, "owner_role": owner_role}
        writer.record(principal.actor, "item.added", subject(checklist), {**detail, "by": principal.name})
        answer = _item_answer(context, writer, principal, checklist, option_id)
        return idempotency.keep(writer, principal, once, answer)


def hand_over(context: Context, principal: Principal, checklist_id: int, to: str, note: str = "") -> dict[str, Any]:
    """Put a list into somebody else's hands, by name; the list that follows it stays with them.

    Raises Invalid, NotFound, Forbidden, or Conflict when the list was superseded.
    """
    faults = [*text_faults("to", to, LONGEST_NAME, required=True), *text_faults("note", note, REASON_LENGTH)]
    if faults:
        raise Invalid("the hand-over is not complete", fields=tuple(faults))
    with context.store.write() as writer:
        checklist = take(writer, principal, checklist_id)
        lists.change(writer, checklist_id, holder=to.strip())
        detail = {"checklist": checklist_id, "from": checklist["holder"], "to": to.strip(), "note": note.strip()}
        writer.record(principal.actor, "checklist.handed_over", subject(checklist), {**detail, "by": principal.name})
        return {
            "id": checklist_id,
            "premises_id": premises_of(checklist),
            "holder": to.strip(),
            "version": checklist["version"],
            "at": instant(writer.at),
        }


def sign_off(context: Context, principal: Principal, checklist_id: int, seen_version: int | None) -> dict[str, Any]:
    """Sign a list off, once every item is decided. A stand-down list ends with it, and so does the work it reversed.

    Raises PreconditionMissing (no version), NotFound, Forbidden, or Conflict: another version, items not decided
    (``fields`` names each), signed off already, or superseded.
    """
    if seen_version is None:
        raise PreconditionMissing("say which version of the checklist you sign off, with If-Match")
    with context.store.write() as writer:
        checklist = take(writer, principal, checklist_id)
        items = items_of(context, writer, checklist, writer.at)
        _refuse_sign_off(checklist, items, seen_version)
        lists.change(writer, checklist_id, signed_off_by=principal.person_id, signed_off_at=writer.at)
        if checklist["kind"] == STAND_DOWN:
            stand_down.finish(writer, checklist)
        about = {"id": checklist_id, "premises_id": premises_of(checklist), "kind": checklist["kind"]}
        writer.emit("checklist.signed_off", about)
        detail = {**about, "version": checklist["version"], "by": principal.name}
        writer.record(principal.actor, "checklist.signed_off", subject(checklist), detail)
        return {**about, "state": "signed_off", "version": checklist["version"], "signed_off_at": instant(writer.at)}


def _reason(status: str, note: str, reason_code: str | None) -> str:
    faults = text_faults("note", note, REASON_LENGTH)
    if status not in STATUSES:
        faults.append(FieldFault("status", f"must be one of {', '.join(STATUSES)}"))
    if reason_code is not None and reason_code not in REASONS:
        faults.append(FieldFault("reason_code", f"must be one of {', '.join(REASONS)}"))
    reason = ": ".join(part for part in (REASONS.get(reason_code or "", ""), note.strip()) if part)
    if status in (OPEN, NOT_APPLICABLE, DECLINED, BLOCKED) and not reason:
        faults.append(FieldFault("note", f"say why the item is {status}, or give a reason_code"))
    if faults:
        raise Invalid("the item cannot be changed so", fields=tuple(faults))
    return reason


def _refuse_stale(checklist: Row, item: Item, seen_version: int, meant: str | None, status: str) -> None:
    if checklist["signed_off_at"] is not None and item.occurrence.start <= checklist["signed_off_at"]:
        raise Conflict(f"checklist {checklist['id']} is signed off", code="signed_off")
    if meant is not None and meant != item.occurrence.key:
        theirs = f"{meant or 'the one and only'}, and the present turn is {item.occurrence.key or 'the one and only'}"
        raise Conflict(f"you meant the turn {theirs}", fields=(FieldFault("occurrence", theirs),))
    present = f"{item.status} at version {item.version}"
    if item.version > seen_version or seen_version >= checklist["version"]:
        detail = f"item {item.option_id} is {present}; you saw version {seen_version} and said {status}"
        faults = (FieldFault("status", f"is {present}, you said {status}"), FieldFault("version", f"is {item.version}"))
        raise Conflict(detail, code="stale", fields=faults)


def _record_item(writer: Writer, principal: Principal, action: str, checklist: Row, item: Item, **more: Any) -> None:
    detail = {
        "checklist": checklist["id"],
        "kind": checklist["kind"],
        "option": item.option_id,
        "occurrence": item.occurrence.key,
        "version": checklist["version"],
        "before": item.status,
    }
    writer.record(principal.actor, action, subject(checklist), {**detail, **more, "by": principal.name})


def _item_answer(
    context: Context, writer: Writer, principal: Principal, checklist: Row, option_id: str
) -> dict[str, Any]:
    items = items_of(context, writer, checklist, writer.at)
    return {
        "checklist_id": checklist["id"],
        "premises_id": premises_of(checklist),
        "version": checklist["version"],
        "etag": etag(context, writer, checklist),
        "item": item_answer(find(items, option_id, checklist["id"]), principal),
    }


def _check_new(text: str, owner_role: str, due_at: datetime | None, reverse: str | None, at: datetime) -> None:
    faults = text_faults("text", text, REASON_LENGTH, required=True)
    faults += text_faults("reverse", reverse or "", REASON_LENGTH)
    if owner_role not in OWNER_ROLES:
        faults.append(FieldFault("owner_role", f"must be one of {', '.join(OWNER_ROLES)}"))
    if due_at is not None and due_at <= at:
        faults.append(FieldFault("due_at", "lies in the past; give a time to come, or leave it out"))
    if faults:
        raise Invalid("the item cannot be added so", fields=tuple(faults))


def _refuse_sign_off(checklist: Row, items: list[Item], seen_version: int) -> None:
    if checklist["signed_off_at"] is not None:
        raise Conflict(f"checklist {checklist['id']} is signed off already", code="signed_off")
    if seen_version != checklist["version"] - 1:
        now = checklist["version"] - 1
        detail = f"checklist {checklist['id']} is at version {now}, you saw {seen_version}; read it again"
        raise Conflict(detail, code="stale", fields=(FieldFault("version", f"is {now}"),))
    undecided = [item for item in items if not item.decided]
    if undecided:
        faults = tuple(FieldFault(i.option_id, "is open" if i.agreed else "waits to be agreed") for i in undecided)
        raise Conflict(f"{len(faults)} items are not decided yet", code="undecided", fields=faults)

"""Importing the register from CSV: all or nothing, every fault told."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from service.errors import Conflict
from service.operations import idempotency, register_edit, requests
from service.operations.answers import effect_answer
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.idempotency import Once
from service.operations.people import Principal
from service.operations.premises_csv import ParsedRegister, parse_csv
from service.operations.register_edit import Edits, Moved
from service.store.transactions import Writer


def import_premises(
    context: Context, principal: Principal, source: str | bytes, dry_run: bool = False, once: Once | None = None
) -> dict[str, Any]:
    """Put a register file in; a column that is absent keeps what is stored.

    Gives ``status`` (faulty, dry_run, imported, or awaiting_second_person with the ``id`` of the request where it
    lowers any premises and the settings ask for two), ``rows``, ``added``, ``changed``, ``unchanged``, ``raised``,
    ``lowered`` and ``faults`` (row, column, reason); when imported, the effect too. A file with any fault writes
    nothing, nor does a dry run, and neither uses ``once`` up.
    """
    parsed = parse_csv(source)
    if parsed.faults:
        return _answer("faulty", parsed, Edits(), Moved())
    with context.store.read() as reader:
        edits = register_edit.edits_of(reader, parsed.rows)
        deliberation = register_edit.consider(context, reader, edits)
        if dry_run:
            moved = register_edit.moved(context, reader, edits, deliberation)
            return _answer("dry_run", parsed, edits, moved)
    with context.store.write(deciding=True) as writer:
        idempotency.begin(writer, principal, once)
        edits = register_edit.edits_of(writer, parsed.rows)
        moved = register_edit.moved(context, writer, edits, deliberation)
        if moved.lowered and context.settings.falls_need_two:
            answer = _ask(writer, principal, source, _answer(requests.AWAITING, parsed, edits, moved))
        else:
            answer = _put(context, writer, principal, parsed, edits, moved, deliberation)
        return idempotency.keep(writer, principal, once, answer)


def _answer(status: str, parsed: ParsedRegister, edits: Edits, moved: Moved) -> dict[str, Any]:
    faults = [asdict(fault) for fault in parsed.faults]
    return {"status": status, "rows": len(parsed.rows), **edits.counts, **moved._asdict(), "faults": faults}


def _ask(writer: Writer, principal: Principal, source: str | bytes, answer: dict[str, Any]) -> dict[str, Any]:
    text = source if isinstance(source, str) else source.decode("utf-8-sig")
    reference = sha256(text.encode()).hexdigest()
    counts = {name: answer[name] for name in ("rows", "added", "changed", "unchanged", "raised", "lowered")}
    reason = f"an import of the register that lowers {answer['lowered']} premises"
    payload = {"csv": text, "counts": counts}
    request_id = requests.ask(writer, principal, requests.PREMISES_IMPORT, reference, payload, reason)
    detail = {"request": request_id, "sha256": reference, **counts, "by": principal.name}
    writer.record(principal.actor, "premises.import_requested", "register", detail)
    return {"id": request_id, **answer}


def _put(
    context: Context,
    writer: Writer,
    principal: Principal,
    parsed: ParsedRegister,
    edits: Edits,
    moved: Moved,
    deliberation: Deliberation | None = None,
) -> dict[str, Any]:
    effect = register_edit.put(context, writer, principal, edits, "import", deliberation)
    answer = _answer("imported", parsed, edits, moved)
    ids = {"added": [row["id"] for row in (*edits.added, *edits.reopened)]}
    ids["changed"] = [row["id"] for row in edits.changed]
    writer.record(principal.actor, "premises.imported", "register", {**ids, "by": principal.name})
    return {**answer, "effect": effect_answer(effect)}


def approve_import(context: Context, principal: Principal, reference: str) -> dict[str, Any]:
    """The second person's yes to an import that lowers: checked and carried out as the register stands now.

    Raises Forbidden (the same person) or Conflict.
    """
    with context.store.write(deciding=True) as writer:
        request = requests.approve(writer, principal, requests.PREMISES_IMPORT, reference)
        parsed = parse_csv(request["payload"]["csv"])
        if parsed.faults:
            raise Conflict("the file can no longer be imported as it is; withdraw it and import it again")
        edits = register_edit.edits_of(writer, parsed.rows)
        moved = register_edit.moved(context, writer, edits)
        return _put(context, writer, principal, parsed, edits, moved)


def withdraw_import(context: Context, principal: Principal, reference: str) -> dict[str, Any]:
    """Take an import back that waits. Raises Conflict or Forbidden."""
    with context.store.write(deciding=True) as writer:
        request = requests.withdraw(writer, principal, requests.PREMISES_IMPORT, reference)
        detail = {"request": request["id"], "by": principal.name}
        writer.record(principal.actor, "premises.import_withdrawn", "register", detail)
        return {"id": request["id"], "status": requests.WITHDRAWN}

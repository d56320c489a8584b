"""The record: its entries, and whether it is whole."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.audit import AuditEntry, AuditPage, AuditQuery, AuditVerification
from service.operations import audit
from service.operations.audit import Wanted

routes = APIBlueprint("audit", __name__, tag="Record")


@routes.get("/audit")
@contract("audit.read")
@routes.input(AuditQuery, location="query", arg_name="asked")
@routes.output(AuditPage)
def list_audit_entries(asked: AuditQuery) -> Response:
    """Read the record, oldest first"""
    wanted = Wanted(asked.subject, asked.request_id, asked.actor, asked.action, asked.since, asked.until)
    newest_first = asked.order == "newest_first"
    page = audit.entries(context(), principal(), wanted, asked.after or 0, asked.limit, newest_first=newest_first)
    return answered(page)


@routes.get("/audit/<number:sequence>")
@contract("audit.read")
@routes.output(AuditEntry)
def get_audit_entry(sequence: int) -> Response:
    """Read one entry of the record"""
    return answered(audit.entry(context(), principal(), sequence))


@routes.get("/audit/verify")
@contract("audit.read")
@routes.output(AuditVerification)
def verify_audit() -> Response:
    """Verify the whole record

    Finds any edit, deletion, swap or truncation of its entries, any row that is not as an operation left it, and an
    older copy of the store, by the heads that the worker noted.
    """
    return answered(audit.verify(context(), principal()))

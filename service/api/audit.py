"""The record: its entries, and whether it is whole."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.audit import AuditPage, AuditQuery, AuditVerification
from service.operations import audit

routes = APIBlueprint("audit", __name__, tag="Record")


@routes.get("/audit")
@contract("audit.read")
@routes.input(AuditQuery, location="query", arg_name="asked")
@routes.output(AuditPage)
def list_audit_entries(asked: AuditQuery) -> Response:
    """Read the record, oldest first"""
    return answered(
        audit.entries(context(), principal(), asked.after or 0, asked.limit, asked.subject, asked.request_id)
    )


@routes.get("/audit/verify")
@contract("audit.read")
@routes.output(AuditVerification)
def verify_audit() -> Response:
    """Verify the whole record

    Finds any edit, deletion, swap or truncation of its entries, any row that is not as an operation left it, and an
    older copy of the store, by the heads that the worker noted.
    """
    return answered(audit.verify(context(), principal()))

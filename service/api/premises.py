"""The register of premises: reading, registering, changing, closing, import and export."""

from __future__ import annotations

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from rules.levels import ResponseLevel
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.problems import import_problem
from service.api.shapes.premises import (
    ClosedPremises,
    ClosingQuery,
    Import,
    ImportQuery,
    Premises,
    PremisesFields,
    PremisesPage,
    PremisesQuery,
    PremisesWritten,
    Waiting,
)
from service.api.versions import IF_MATCH, premises_version, tagged
from service.operations import importing, register, requests

routes = APIBlueprint("premises", __name__, tag="Premises")

CSV = "text/csv"
LARGEST_IMPORT = 20_000_000
"""Bytes of a register file."""


@routes.get("/premises")
@contract("premises.read")
@routes.input(PremisesQuery, location="query", arg_name="asked")
@routes.output(PremisesPage)
def list_premises(asked: PremisesQuery) -> Response:
    """List premises with their response level, in order of id"""
    level = None if asked.response_level is None else ResponseLevel[asked.response_level]
    page = register.list_premises(
        context(),
        principal(),
        response_level=level,
        district=asked.district,
        q=asked.q,
        acknowledged=None if asked.acknowledged is None else asked.acknowledged == "yes",
        override_expiring=asked.override_expiring == "yes",
        after=asked.after,
        limit=asked.limit,
    )
    return answered(page)


@routes.get("/premises/export")
@contract("premises.export")
@routes.output(FileSchema(type="string"), content_type=CSV)
def export_premises() -> Response:
    """Export the register as CSV that can be imported again"""
    return Response(register.export_premises(context(), principal()), mimetype=CSV)


@routes.post("/premises/import")
@contract("premises.write", also={202: Import}, refusals=(409,), headers=(IDEMPOTENCY_KEY,), consumes=CSV)
@routes.input(ImportQuery, location="query", arg_name="asked")
@routes.output(Import)
def import_premises(asked: ImportQuery) -> Response:
    """Import the register from CSV

    All or nothing: with any fault nothing is written, and every fault is told with row, column and reason (422). A
    column that is absent keeps what is stored. 202: it lowers a premises, and waits for a second person.
    """
    if request.mimetype != CSV:
        raise UnsupportedMediaType(f"send the file as Content-Type: {CSV}")
    request.max_content_length = LARGEST_IMPORT
    answer = carry_out(importing.import_premises, request.get_data(), asked.dry_run)
    if answer["faults"]:
        return import_problem(answer["faults"])
    return answered(answer, 202 if answer["status"] == requests.AWAITING else 200)


@routes.get("/premises/<slug:premises_id>")
@contract("premises.read")
@routes.output(Premises)
def get_premises(premises_id: str) -> Response:
    """Read one premises with its response level"""
    answer = register.get_premises(context(), principal(), premises_id)
    return tagged(answered(answer), str(answer["version"]))


@routes.put("/premises/<slug:premises_id>")
@contract("premises.write", also={201: PremisesWritten, 202: Waiting}, refusals=(409,), headers=(IF_MATCH,))
@routes.input(PremisesFields, arg_name="fields")
@routes.output(PremisesWritten)
def put_premises(premises_id: str, fields: PremisesFields) -> Response:
    """Register a premises, or change it

    201: added. 202: it would lower the premises, and waits for a second person. `If-Match` is optional here.
    """
    given = fields.model_dump(exclude_none=True)
    answer = register.put_premises(context(), principal(), premises_id, given, version=premises_version())
    return answered(answer, {"added": 201, requests.AWAITING: 202}.get(answer["status"], 200))


@routes.delete("/premises/<slug:premises_id>")
@contract("premises.write", refusals=(409,), headers=(IF_MATCH,))
@routes.input(ClosingQuery, location="query", arg_name="asked")
@routes.output(ClosedPremises)
def close_premises(premises_id: str, asked: ClosingQuery) -> Response:
    """Close a premises

    Its history stays. `If-Match` is optional here.
    """
    answer = register.close_premises(context(), principal(), premises_id, asked.reason, version=premises_version())
    return answered(answer)

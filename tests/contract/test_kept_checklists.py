"""Checklists are kept as sent: cheap to read again, and never shown to whom they are not meant for."""

from __future__ import annotations

from flask.testing import FlaskClient

from service.api.kept import MOST, Kept
from service.operations.context import Context
from service.operations.people import Role
from tests.callers import Callers
from tests.contract.test_checklists_api import LIST, counted, tick


def test_a_list_that_is_kept_is_read_again_for_two_queries(lead: FlaskClient, context: Context) -> None:
    first = lead.get(LIST)
    with counted(context) as queries:
        again = lead.get(LIST)
    assert (again.status_code, again.get_data()) == (200, first.get_data())
    assert dict(again.headers) | {"X-Request-Id": ""} == dict(first.headers) | {"X-Request-Id": ""}
    assert len(queries) == 2


def test_a_kept_list_is_left_behind_when_the_list_changes(lead: FlaskClient) -> None:
    tick(lead, lead.get(LIST))
    assert lead.get(LIST).get_json()["progress"]["done"] == 1


def test_what_is_kept_for_managers_is_not_sent_to_staff(lead: FlaskClient, callers: Callers) -> None:
    whole, staff = lead.get(LIST), callers.as_(Role.STAFF).get(LIST)
    assert whole.headers["ETag"] == staff.headers["ETag"]
    assert len(staff.get_json()["items"]) < len(whole.get_json()["items"])
    assert lead.get(LIST).get_data() == whole.get_data()


def test_what_is_kept_is_not_sent_to_those_who_may_not_see_the_premises(callers: Callers) -> None:
    hidden = "/api/v1/premises/quiet-house/checklist"
    assert callers.as_(Role.AUDITOR).get(hidden).status_code == 200
    assert callers.as_(Role.OP_QUANTITY_LEAD).get(hidden).status_code == 404


def test_a_version_that_somebody_has_is_no_way_in_for_those_who_may_not_see_it(callers: Callers) -> None:
    hidden = "/api/v1/premises/quiet-house/checklist"
    known = {"If-None-Match": callers.as_(Role.AUDITOR).get(hidden).headers["ETag"]}
    assert callers.as_(Role.AUDITOR).get(hidden, headers=known).status_code == 304
    assert callers.as_(Role.OP_QUANTITY_LEAD).get(hidden, headers=known).status_code == 404
    assert callers.nobody().get(hidden, headers=known).status_code == 401


def test_a_token_that_is_revoked_is_refused_though_the_list_is_unchanged(callers: Callers) -> None:
    lead = callers.as_(Role.OP_QUANTITY_LEAD)
    known = {"If-None-Match": lead.get(LIST).headers["ETag"]}
    assert lead.get(LIST, headers=known).status_code == 304
    admin = callers.as_(Role.ADMIN)
    tokens = admin.get("/api/v1/tokens").get_json()["items"]
    revoked = next(token["id"] for token in tokens if token["role"] == Role.OP_QUANTITY_LEAD.value)
    admin.delete(f"/api/v1/tokens/{revoked}")
    assert lead.get(LIST, headers=known).status_code == 401


def test_the_oldest_is_given_up_first() -> None:
    kept = Kept()
    for number in range(MOST + 1):
        kept.put((True, str(number)), b"")
    assert kept.get((True, "0")) is None
    assert kept.get((True, "1")) == kept.get((True, str(MOST))) == b""

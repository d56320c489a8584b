from __future__ import annotations

import pytest

from service.errors import (
    Busy,
    Conflict,
    FieldFault,
    Forbidden,
    Invalid,
    NotFound,
    OpqError,
    Permanent,
    PreconditionMissing,
    Refused,
    Retryable,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Invalid, "invalid"),
        (NotFound, "not_found"),
        (Forbidden, "forbidden"),
        (Conflict, "conflict"),
        (PreconditionMissing, "precondition_missing"),
    ],
)
def test_a_refusal_carries_its_code_its_sentence_and_its_fields(kind: type[Refused], code: str) -> None:
    fields = (FieldFault("level", "must be one of LOW to CRITICAL"),)
    refusal = kind("The level is not one.", fields=fields)
    assert (str(refusal), refusal.detail, refusal.code, refusal.fields) == (
        "The level is not one.",
        "The level is not one.",
        code,
        fields,
    )


def test_a_refusal_may_name_its_code_more_precisely() -> None:
    assert Conflict("Superseded.", code="checklist_superseded").code == "checklist_superseded"


def test_the_type_alone_says_whether_to_try_again() -> None:
    assert issubclass(Busy, Retryable)
    for kind in (Refused, Permanent):
        assert not issubclass(kind, Retryable)
        assert issubclass(kind, OpqError)

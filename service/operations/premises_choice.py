"""Choosing premises in a form: by name, as people know them, or by id, as programs do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from service.errors import FieldFault, Invalid
from service.operations import access
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.operations.premises_form import SLUG
from service.operations.premises_names import names_of
from service.store import register
from service.store.transactions import Reader
from service.store.types import Row

OFFERED = 1_000
"""Premises that a form offers to choose from at most; with more its page would be heavy, and it offers none."""

LONGEST = 200
"""Characters of a name that is looked for."""

_TOLD = 5
_CALLED = re.compile(rf".*\(({SLUG.pattern})\)", re.DOTALL)


def choice(context: Context, principal: Principal, texts: Iterable[str]) -> dict[str, Any]:
    """What a form shows of the premises that ``texts`` name: ``rows``, an id being told by its name as well, and those
    that are ``offered``: the open ones, in order of name, to those who may read premises.
    """
    typed = [text for text in texts if text.strip()]
    names = names_of(context, principal, typed)
    with context.store.read() as reader:
        offered = _found(reader, principal, "")
    return {
        "rows": [_called(text, names[text]) for text in typed],
        "offered": [_called(row["id"], row["name"]) for row in offered] if len(offered) <= OFFERED else [],
    }


def ids_of(context: Context, principal: Principal, texts: Iterable[str]) -> list[str]:
    """The ids that ``texts`` stand for: each a name, a name with its id as ``choice`` offers it, or one or more ids.

    Whether there are premises of these ids is for the operation to ask that they are for. Raises Invalid, for the field
    ``premises``, for a text that is no id and no name of a premises that this person may read, with names like it.
    """
    with context.store.read() as reader:
        return [premises_id for text in texts for premises_id in _ids(reader, principal, text.strip())]


def _ids(reader: Reader, principal: Principal, text: str) -> list[str]:
    if called := _CALLED.fullmatch(text):
        return [called[1]]
    like = [] if text_fault(text, LONGEST, required=True) else _found(reader, principal, text)
    same = [row["id"] for row in like if row["name"].casefold() == text.casefold()]
    if len(same) == 1:
        return same
    words = text.replace(",", " ").split()
    if not same and all(map(SLUG.fullmatch, words)):
        return words
    raise _unclear(text, "more than one" if same else "no", like)


def _found(reader: Reader, principal: Principal, words: str) -> list[Row]:
    if not access.allows(principal, "premises.read"):
        return []
    return register.names(reader, principal.sight, words, OFFERED + 1)


def _unclear(text: str, how_many: str, like: list[Row]) -> Invalid:
    message = f"{how_many} premises is called {text[:LONGEST]}"
    if like:
        message += f"; take one of {', '.join(_called(row['id'], row['name']) for row in like[:_TOLD])}"
    return Invalid(message, fields=(FieldFault("premises", message),))


def _called(premises_id: str, name: str) -> str:
    return premises_id if name == premises_id else f"{name} ({premises_id})"

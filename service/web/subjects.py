"""What an entry of the record is about, in plain words, with the way to its page for those who may open it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from service.api.caller import context, principal
from service.operations.premises_names import names_of, open_of
from service.web.change import SCOPES
from service.web.guard import may_open
from service.web.wording import words

_OF_PREMISES = re.compile("(threat/)?premises/(.+)")
_NUMBERED = re.compile("(account|session|token|webhook)/([0-9]+)")
_SOURCE = "feed/"

_PLACES = {
    "policy": ("Rules and plan", ""),
    "force": ("Force checklist", "force_page"),
    "register": ("Register of premises", "register"),
    "webhook": ("Webhook", "webhooks_page"),
    "webhooks": ("All webhooks", "webhooks_page"),
    **{f"threat/{scope.value}": (f"{name} threat level", "history") for scope, name in SCOPES.items()},
}
"""What the record is about besides premises: its words, and the endpoint of its page, empty where there is none.

A webhook is looked for among all of them, since one that was deleted has no page.
"""


@dataclass(frozen=True)
class Subject:
    """What an entry is about: ``said`` in words, with the address of its page, if the person may open it."""

    said: str
    href: str | None = None


def subjects(codes: Iterable[str]) -> dict[str, Subject]:
    """What each of ``codes`` stands for."""
    wanted = set(codes)
    own = {code: found[2] for code in wanted if (found := _OF_PREMISES.fullmatch(code))}
    names = names_of(context(), principal(), own.values())
    opened = open_of(context(), principal(), own.values()) if may_open("premises_page") else set()
    return {code: _of_premises(code, own[code], names, opened) if code in own else _of_others(code) for code in wanted}


def _of_premises(code: str, premises_id: str, names: dict[str, str], opened: set[str]) -> Subject:
    said = names[premises_id] if code.startswith("premises/") else f"Threat level of {names[premises_id]}"
    href = url_for("pages.premises_page", premises_id=premises_id) if premises_id in opened else None
    return Subject(said, href)


def _of_others(code: str) -> Subject:
    if code.startswith(_SOURCE):
        return Subject(f"Source {code.removeprefix(_SOURCE)}")
    found = _NUMBERED.fullmatch(code)
    kind, number = found.groups() if found else (code, "")
    said, endpoint = _PLACES.get(kind, (words(kind).capitalize(), ""))
    return Subject(f"{said} {number}".rstrip(), url_for(f"pages.{endpoint}") if may_open(endpoint) else None)

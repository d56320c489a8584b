"""How levels, times and what became of an item are worded on paper: local time, as people will key it in again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")

EXAMPLE = "EXAMPLE: this plan is not any force's own"
_CONTACTS = {"manager": "Manager", "deputy": "Deputy", "duty_contact": "Duty contact"}
_NOBODY = ("Whom to ask: your supervisor or the control room",)


def local(instant: str) -> str:
    """An RFC 3339 instant as "21 Nov 2026, 03:04"."""
    return f"{_local(instant):%-d %b %Y, %H:%M}"


def plain(name: str) -> str:
    """A name of the contract in plain words: ``not_applicable`` as "not applicable"."""
    return name.replace("_", " ")


def title(checklist: Mapping[str, Any]) -> str:
    """What list this is, and of what."""
    kind = "Checklist" if checklist["kind"] == "response" else "Stand-down list"
    return f"{kind}: {checklist['premises_name'] or 'the force'}"


def about(checklist: Mapping[str, Any]) -> tuple[str, str]:
    """Two lines about a list: its dates; its number and version, and those of its plan."""
    plan = checklist["plan"]
    dates = f"Issued {local(checklist['issued_at'])}. Printed {local(checklist['printed_at'])}."
    return dates, f"List {checklist['id']} version {checklist['version']}. Plan {plan['id']} {plan['version']}."


def duty(item: Mapping[str, Any]) -> str:
    """Whether an item must be done, by whom, and by when."""
    due = f"; by {local(item['due_at'])}" if item["due_at"] else ""
    again = f"; {plain(item['repeat'])}" if item["repeat"] else ""
    return f"{item['obligation']}; {plain(item['owner_role'])}{again}{due}"


def outcome(item: Mapping[str, Any]) -> str:
    """What became of an item, when and by whom; empty while it is open and nobody said why."""
    if not item["at"] or (item["status"] == "open" and not item["note"]):
        return ""
    stated = item["retrospective"] or item
    by = f", {stated['by']}" if stated["by"] else ""
    later = " (keyed in later)" if item["retrospective"] else ""
    note = f": {item['note']}" if item["note"] else ""
    return f"{plain(item['status'])} {_local(stated['at']):%-d %b %H:%M}{by}{later}{note}"


def contacts(poster: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom to ask, a line each."""
    return tuple(f"{_CONTACTS[role]}: {name}" for role, name in poster["contacts"].items()) or _NOBODY


def _local(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(_LONDON)

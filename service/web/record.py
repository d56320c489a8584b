"""The record: who did what and when, one entry with its hashes, and whether the whole of it is as it was written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from service.api.caller import context, principal
from service.errors import Invalid
from service.operations import audit
from service.operations.audit import Wanted
from service.web import actions, faults, forms
from service.web.page import page
from service.web.subjects import subjects

_WORDS = ("actor", "action", "subject", "request_id")
_TIMES = ("since", "until")


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/record", "record", record)
    pages.add_url_rule("/record/<number:sequence>", "record_entry", record_entry)
    pages.add_url_rule("/record/verify", "verify_record", verify_record, methods=["GET", "POST"])


@page("audit.read")
def record() -> Any:
    """The entries, newest first, and a form to search them by."""
    said = {name: request.args.get(name, "").strip() for name in (*_WORDS, *_TIMES)}
    try:
        found = audit.entries(context(), principal(), _wanted(said), forms.number("after"), newest_first=True)
    except Invalid as error:
        fields = faults.by_field(error.fields)
        return _list(said, None, error=error, fields=fields), 422
    return _list(said, found, error=None, fields={})


@page("audit.read")
def record_entry(sequence: int) -> Any:
    """One entry, with the way to the one before it that this person may read."""
    entry = audit.entry(context(), principal(), sequence)
    before = audit.entries(context(), principal(), after=sequence, limit=1, newest_first=True)["items"]
    about = subjects([entry["subject"]])[entry["subject"]]
    action = actions.said(entry["action"])
    return render_template("record/entry.html", entry=entry, action=action, about=about, before=before)


@page("audit.read")
def verify_record() -> Any:
    """Verify the whole record when asked to, and say what was found."""
    found = audit.verify(context(), principal()) if request.method == "POST" else None
    return render_template("record/verify.html", found=found)


def _list(said: dict[str, str], found: dict[str, Any] | None, **more: Any) -> str:
    about = subjects(entry["subject"] for entry in found["items"]) if found else {}
    told = {"actions": sorted(actions.ACTIONS.values()), "action": actions.said, "about": about}
    return render_template("record/list.html", said=said, found=found, **told, **more)


def _wanted(said: dict[str, str]) -> Wanted:
    actor, action, subject, request_id = (said[name] or None for name in _WORDS)
    since, until = (forms.instant(name, said[name]) for name in _TIMES)
    return Wanted(subject, request_id, actor, action and actions.code(action), since, until)

"""Varying one premises: raise it, hold it, or ask to hold it down; and end what varies it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from rules.levels import ResponseLevel
from service.api.caller import context, principal
from service.errors import Conflict, FieldFault, Invalid
from service.operations import override_ends, overrides, register
from service.web import faults, forms, guard
from service.web.page import page

PERIODS = {"4": "4 hours", "12": "12 hours", "24": "1 day", "72": "3 days", "168": "a week"}
"""For how many hours an override may be asked for here."""

_FIELDS = ("kind", "response_level", "reason", "hours")
_UNSAID = {"kind": "raise", "response_level": "", "reason": "", "hours": "12"}


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    one = "/premises/<slug:premises_id>/override"
    pages.add_url_rule(one, "ask_override", ask_override, methods=["GET", "POST"])
    pages.add_url_rule(f"{one}s/<number:override_id>/end", "end_override", end_override, methods=["POST"])


@page("overrides.create", fresh=True)
def ask_override(premises_id: str) -> Any:
    """The form, and what is in force already."""
    if request.method == "GET":
        return _show(premises_id, _UNSAID)
    said = {name: request.form.get(name, "").strip() for name in _FIELDS}
    try:
        forms.carry_out(overrides.create_override, premises_id, _wish(said))
    except Invalid as error:
        return _show(premises_id, said, error), 422
    return redirect(url_for("pages.ask_override", premises_id=premises_id), 303)


@page("overrides.create", fresh=True)
def end_override(premises_id: str, override_id: int) -> Any:
    """End an override, or withdraw one that waits."""
    reason = request.form.get("reason", "")
    try:
        override_ends.end_override(context(), principal(), premises_id, override_id, reason)
    except Conflict as error:
        return _show(premises_id, _UNSAID, overtaken=error.detail), 409
    return redirect(url_for("pages.ask_override", premises_id=premises_id), 303)


def _wish(said: dict[str, str]) -> overrides.OverrideWish:
    if said["hours"] not in PERIODS:
        raise Invalid("say until when", fields=(FieldFault("hours", "Select for how long"),))
    expires_at = context().store.clock.now() + timedelta(hours=int(said["hours"]))
    level = ResponseLevel[said["response_level"]] if said["response_level"] in ResponseLevel.__members__ else None
    return overrides.OverrideWish(said["kind"], said["reason"], expires_at, None if said["kind"] == "hold" else level)


def _show(premises_id: str, said: dict[str, str], error: Invalid | None = None, overtaken: str = "") -> str:
    known = overrides.list_overrides(context(), principal(), premises_id)["items"]
    return render_template(
        "vary.html",
        premises=register.get_premises(context(), principal(), premises_id),
        said=said,
        kinds=_kinds(),
        levels={level.name: level.name for level in reversed(ResponseLevel)},
        periods=PERIODS,
        live=[item for item in known if item["state"] in ("active", "awaiting_second_person")],
        mark=request.form.get(forms.MARK) or forms.new_mark(),
        overtaken=overtaken,
        error=error,
        fields=faults.by_field(error.fields) if error else {},
    )


def _kinds() -> dict[str, str]:
    kinds = {
        "raise": "Raise: not below this level until it ends",
        "hold": "Hold: keep the present level if the threat falls",
    }
    if guard.may("overrides.lower"):
        kinds["lower"] = "Lower: below what the rules say (a second person must approve)"
    return kinds

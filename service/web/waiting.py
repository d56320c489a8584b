"""What waits for a person: readings that are held, and requests that need a second person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from rules.levels import Scope
from service.api.caller import context, principal
from service.errors import Conflict, Invalid
from service.operations import approvals, readings, requests
from service.operations.premises_names import names_of
from service.web import guard
from service.web.change import SCOPES
from service.web.page import page
from service.web.wording import when, words


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/waiting", "waiting", waiting)
    reading, asked = "/waiting/readings/<number:reading_id>", "/waiting/requests/<number:request_id>"
    pages.add_url_rule(f"{reading}/confirm", "confirm_reading", confirm_reading, methods=["POST"])
    pages.add_url_rule(f"{reading}/reject", "reject_reading", reject_reading, methods=["POST"])
    pages.add_url_rule(f"{asked}/approve", "approve_request", approve_request, methods=["POST"])
    pages.add_url_rule(f"{asked}/withdraw", "withdraw_request", withdraw_request, methods=["POST"])


@page("requests.read")
def waiting() -> Any:
    """All that waits."""
    return _show()


def _or_what_waits(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer somebody who comes too late with what still waits, and with what they typed."""

    @wraps(view)
    def answer(**arguments: Any) -> Any:
        try:
            return view(**arguments)
        except Conflict as error:
            return _show(overtaken=error.detail), 409

    return answer


@page("readings.decide", fresh=True)
@_or_what_waits
def confirm_reading(reading_id: int) -> Any:
    """A person's yes to a held reading."""
    done = readings.confirm_reading(context(), principal(), reading_id)
    return redirect(url_for("pages.change_page", change_id=done["threat_change"]["id"]), 303)


@page("readings.decide")
@_or_what_waits
def reject_reading(reading_id: int) -> Any:
    """A person's no to a held reading."""
    try:
        readings.reject_reading(context(), principal(), reading_id, request.form.get("reason", ""))
    except Invalid as error:
        told = "; ".join(fault.message for fault in error.fields)
        return _show({f"reason-{reading_id}": told}), 422
    return redirect(url_for("pages.waiting"), 303)


@page("requests.approve", fresh=True)
@_or_what_waits
def approve_request(request_id: int) -> Any:
    """The second person's yes."""
    approvals.approve_request(context(), principal(), request_id)
    return redirect(url_for("pages.waiting"), 303)


@page("requests.withdraw")
@_or_what_waits
def withdraw_request(request_id: int) -> Any:
    """Take back what waits."""
    approvals.withdraw_request(context(), principal(), request_id)
    return redirect(url_for("pages.waiting"), 303)


def _show(fields: dict[str, str] | None = None, overtaken: str = "") -> str:
    held = readings.held_readings(context(), principal())["items"] if guard.may("readings.read") else []
    asked = approvals.list_requests(context(), principal())["items"]
    called = names_of(context(), principal(), (item["about"].get("premises_id") for item in asked))
    items = [{**item, "title": _title(item, called), "page": _page(item)} for item in asked]
    names = {scope.value: name for scope, name in SCOPES.items()}
    said = {"fields": fields or {}, "overtaken": overtaken, "typed": request.form.get("reason", "")}
    return render_template("waiting.html", held=held, requests=items, scopes=names, **said)


def _title(item: dict[str, Any], called: dict[str, str]) -> str:
    about = item["about"]
    return _TITLES[item["kind"]]({**about, "premises": called.get(about.get("premises_id"))})


def _page(item: dict[str, Any]) -> str | None:
    """Where the thing itself is, and can be turned down by saying otherwise of it."""
    if item["kind"] != requests.ITEM_AGREEMENT:
        return None
    about = item["about"]
    return url_for("pages.item_page", checklist_id=about["checklist_id"], option_id=about["option_id"])


def _fall(about: dict[str, Any]) -> str:
    scope = about["premises"] or SCOPES[Scope(about["scope"])]
    return f"Lower the threat level of {scope}: {words(about['previous_level'])} to {words(about['level'])}"


_TITLES: dict[str, Callable[[dict[str, Any]], str]] = {
    requests.THREAT_FALL: _fall,
    requests.OVERRIDE_LOWER: lambda about: (
        f"Hold {about['premises']} down at {about['response_level']} until {when(about['expires_at'])}"
    ),
    requests.OVERRIDE_END: lambda about: f"End the {about['kind']} at {about['premises']} early",
    requests.PREMISES_EDIT: lambda about: f"Change what the register says of {about['premises']}",
    requests.PREMISES_IMPORT: lambda about: "Take in a register file that lowers some premises",
    requests.ITEM_AGREEMENT: lambda about: (
        f"Agree that a required item is not done, {about['premises'] or 'for the force'}"
    ),
}
"""How each kind of request is put, by what it is about and the name of its ``premises``."""

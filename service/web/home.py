"""Where a person begins: a welcome on their first visit with the three things that they come for, then the first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from service.api.caller import principal
from service.operations.people import Principal, Role
from service.web.page import SIGNED_IN, page

WELCOMED = "opq_welcomed"
"""The cookie of a browser whose person has seen the welcome."""

_YEAR = 31_536_000

_BOARD = ("board", "See where the estate stands", "Threat levels, response levels, and who is behind.")
_CHANGE = ("ask_change", "Change a threat level", "Say it, see what it would do, confirm.")
_WAITING = ("waiting", "See what waits for you", "Held readings, and requests that need a second person.")
_PREMISES = ("premises_list", "Open a premises", "Its level and why, and its checklist.")
_RECORD = ("record", "Read the record", "Who did what, when, and that it is whole.")
_STAFF = ("staff_home", "See the level here and what to do", "Then say that you know it.")
_WEBHOOKS = ("webhooks_page", "Look after webhooks", "Who is told, and what became of each delivery.")
_PEOPLE = ("people", "Look after accounts", "Who can sign in, and as what.")
_REGISTER = ("register", "Look after the register", "The premises of the force, one by one or from a file.")
_ACCOUNT = ("account", "Look after your account", "Your password, and tokens for programs.")
_HELP = ("help_page", "Read how it works", "The levels, the roles, and what to do when the network is down.")

_THREE: dict[Role, tuple[tuple[str, str, str], ...]] = {
    Role.OP_QUANTITY_LEAD: (_BOARD, _CHANGE, _WAITING),
    Role.GOLD: (_BOARD, _WAITING, _CHANGE),
    Role.DUTY_OFFICER: (_CHANGE, _BOARD, _WAITING),
    Role.CTSA: (_BOARD, _PREMISES, _HELP),
    Role.AUDITOR: (_RECORD, _BOARD, _PREMISES),
    Role.STATION_MANAGER: (_PREMISES, _STAFF, _HELP),
    Role.STAFF: (_STAFF, _HELP, _ACCOUNT),
    Role.MONITOR: (_WEBHOOKS, _ACCOUNT, _HELP),
    Role.FEED: (_ACCOUNT, _HELP),
    Role.ADMIN: (_PEOPLE, _REGISTER, _WEBHOOKS),
}
"""What each role comes for, most wanted first: the page, and what is said of it."""


def add_to(pages: Blueprint) -> None:
    """Add the page to ``pages``."""
    pages.add_url_rule("/", "home", home)
    pages.add_url_rule("/welcome", "welcome", welcome)


@page(SIGNED_IN)
def home() -> Any:
    """The page that this person comes for most."""
    if WELCOMED not in request.cookies:
        return redirect(url_for("pages.welcome"), 303)
    return redirect(_address(_THREE[principal().role][0][0], principal()), 303)


@page(SIGNED_IN)
def welcome() -> Any:
    """What this person can do here, told once and whenever they ask."""
    who = principal()
    things = [
        {"href": _address(endpoint, who), "title": title, "sentence": sentence}
        for endpoint, title, sentence in _THREE[who.role]
    ]
    answer = make_response(render_template("welcome.html", things=things))
    answer.set_cookie(WELCOMED, "yes", max_age=_YEAR, httponly=True, samesite="Lax")
    return answer


def _address(endpoint: str, who: Principal) -> str:
    if endpoint == "premises_list" and len(who.premises) == 1 and who.role is Role.STATION_MANAGER:
        return url_for("pages.premises_page", premises_id=next(iter(who.premises)))
    return url_for(f"pages.{endpoint}")

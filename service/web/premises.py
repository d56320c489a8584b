"""The premises: those that a person may see, and one of them with its level, why, and its checklist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from rules.levels import ResponseLevel
from service.api.caller import context, principal
from service.operations import checklists, register
from service.operations.districts import most_behind
from service.operations.people import Role
from service.operations.premises_list import premises_list as list_of
from service.operations.premises_view import premises_view
from service.web.page import page
from service.web.task_list import open_only, tasks

_ASKED = ("q", "district", "level", "acknowledged", "override_expiring", "after")
"""What the list can be narrowed by, and from where it goes on."""


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/premises", "premises_list", premises_list)
    pages.add_url_rule("/premises/<slug:premises_id>", "premises_page", premises_page)
    pages.add_url_rule("/premises/<slug:premises_id>/checklists", "former_lists", former_lists)


@page("premises.read")
def premises_list() -> Any:
    """The premises by page, filtered; whoever has just one is shown that."""
    asked = {name: request.args.get(name, "").strip() for name in _ASKED}
    found = list_of(
        context(),
        principal(),
        response_level=ResponseLevel.__members__.get(asked["level"]),
        district=asked["district"] or None,
        q=asked["q"] or None,
        acknowledged=False if asked["acknowledged"] == "no" else None,
        override_expiring=asked["override_expiring"] == "yes",
        after=asked["after"] or None,
    )
    if len(principal().premises) == 1 == len(found["items"]) and not any(asked.values()):
        return redirect(url_for("pages.premises_page", premises_id=found["items"][0]["id"]), 303)
    behind = None if any(asked.values()) else _furthest_behind()
    levels = list(ResponseLevel.__members__)
    return render_template("premises/list.html", asked=asked, levels=levels, behind=behind, **found)


@page("checklists.read")
def premises_page(premises_id: str) -> Any:
    """A premises: its level, why, and what is to be done."""
    found = premises_view(context(), principal(), premises_id)
    return render_template("premises/page.html", premises=found, **tasks(found["checklist"], open_only()))


@page("checklists.read")
def former_lists(premises_id: str) -> Any:
    """All lists that a premises ever had."""
    premises = register.get_premises(context(), principal(), premises_id)
    found = checklists.checklists_of(context(), principal(), premises_id, request.args.get("after"))
    return render_template("premises/former_lists.html", premises=premises, **found)


def _furthest_behind() -> dict[str, Any] | None:
    """Of the premises of a manager, the one with the most left to do; None where nothing is, and for others."""
    if principal().role is not Role.STATION_MANAGER:
        return None
    found = most_behind(context(), principal(), limit=1)["items"]
    return next((row for row in found if row["settled"] < row["items"]), None)

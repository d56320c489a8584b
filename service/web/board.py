"""The board: where the estate stands, live, for leads and the control room, and large for a wall screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from service.api.caller import context, principal
from service.operations import board as estate_board
from service.operations import districts, threat_levels, timeline
from service.operations.premises_names import names_of
from service.web import forms
from service.web.change import SCOPES
from service.web.chart import chart
from service.web.page import page
from service.web.troubles import state


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/board", "board", board)
    pages.add_url_rule("/board/now", "board_now", board_now)
    pages.add_url_rule("/board/wall", "wall", wall)
    pages.add_url_rule("/board/district", "district_page", district_page)
    pages.add_url_rule("/history", "history", history)


@page("estate.read")
def board() -> Any:
    """The whole board."""
    return render_template("board/board.html", **estate_board.board(context(), principal()), **_around())


@page("estate.read")
def board_now() -> Any:
    """What the board shows now, to take the place of what it showed."""
    return render_template("board/now.html", **estate_board.board(context(), principal()), **_around())


@page("estate.read")
def wall() -> Any:
    """The board for a wall screen; its script asks for it anew by itself."""
    return render_template("board/wall.html", estate=estate_board.estate(context(), principal()), **_around())


@page("estate.read")
def district_page() -> Any:
    """The premises of one district, those with the most left to do first."""
    district = request.args.get("name", "")
    behind = districts.most_behind(context(), principal(), district, forms.number("after"))
    return render_template("board/district.html", district=district, behind=behind)


@page("threat_changes.read")
def history() -> Any:
    """How the levels went: a chart, and the same as a table."""
    told = timeline.timeline(context(), principal())
    return render_template("board/history.html", timeline=told, chart=chart(told))


def _around() -> dict[str, Any]:
    """What stands beside the figures of the estate."""
    levels = threat_levels.threat_levels(context(), principal())["items"]
    return {
        "levels": levels,
        "names": names_of(context(), principal(), (level["premises_id"] for level in levels)),
        "scopes": {scope.value: name for scope, name in SCOPES.items()},
        "plan": context().policy.plan,
        **state(),
    }

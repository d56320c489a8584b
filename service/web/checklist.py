"""Lists by themselves: the force's, stand-down lists, former ones; and the part of a page that keeps itself fresh."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from service.api.caller import context, principal
from service.operations.checklists import Unchanged
from service.operations.list_view import force_view, list_view
from service.web.page import page
from service.web.task_list import open_only, page_of, tasks


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/force", "force_page", force_page)
    pages.add_url_rule("/checklists/<number:checklist_id>", "checklist_page", checklist_page)
    pages.add_url_rule("/checklists/<number:checklist_id>/items", "list_items", list_items)


@page("force_checklist.read")
def force_page() -> Any:
    """What is to be done for the force as a whole."""
    return render_template("checklist/page.html", **tasks(force_view(context(), principal()), open_only()))


@page("checklists.read")
def checklist_page(checklist_id: int) -> Any:
    """One list; the one in force of a premises or the force is on a page of its own."""
    found = list_view(context(), principal(), checklist_id)
    if page_of(found) != request.path:
        return redirect(page_of(found), 303)
    return render_template("checklist/page.html", **tasks(found, open_only()))


@page("checklists.read")
def list_items(checklist_id: int) -> Any:
    """The items of a list, for a page that is open: nothing (204) when it shows the version ``seen``."""
    try:
        found = list_view(context(), principal(), checklist_id, {request.args.get("seen", "")})
    except Unchanged:
        return "", 204
    return render_template("checklist/items.html", **tasks(found, open_only()))

"""How a list is laid out: by category, what is new at this level first, and what continues folded below it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for


def open_only() -> bool:
    """Whether the person asked for the open items only."""
    return request.args.get("show") == "open"


def tasks(checklist: dict[str, Any], only_open: bool) -> dict[str, Any]:
    """What the templates of a list need: the ``list``, its ``sections`` and the address of its page (``here``).

    Items that continue from a lower level are folded, unless nothing on the list is new.
    """
    chosen = [item for item in checklist["items"] if not (only_open and decided(item))]
    folds = checklist["new"] > 0
    by_category: dict[str, list[dict[str, Any]]] = {}
    for item in chosen:
        by_category.setdefault(item["category"], []).append(item)
    sections = [_section(category, items, folds) for category, items in by_category.items()]
    return {"list": checklist, "sections": sections, "only_open": only_open, "here": page_of(checklist)}


def _section(category: str, items: list[dict[str, Any]], folds: bool) -> dict[str, Any]:
    folded = [item for item in items if folds and not item["new"]]
    return {
        "category": category,
        "shown": [item for item in items if item not in folded],
        "folded": folded,
        "open": sum(not decided(item) for item in folded),
        "late": sum(item["late"] for item in folded),
    }


def decided(item: dict[str, Any]) -> bool:
    """Whether an item no longer stands in the way of signing the list off."""
    return item["status"] != "open" and bool(item["agreed"])


def page_of(checklist: dict[str, Any]) -> str:
    """The address of the page on which a list is worked off."""
    if checklist["kind"] == "response" and checklist["superseded_at"] is None:
        if checklist["premises_id"] is None:
            return url_for("pages.force_page")
        return url_for("pages.premises_page", premises_id=checklist["premises_id"])
    return url_for("pages.checklist_page", checklist_id=checklist["id"])

"""Every part of the pages, in the order of what people come for."""

from __future__ import annotations

from service.web import (
    account,
    board,
    change,
    checklist,
    home,
    items,
    list_work,
    people,
    premises,
    provider,
    sign_in,
    staff,
    vary,
    waiting,
)

PARTS = (
    home,
    sign_in,
    provider,
    board,
    premises,
    checklist,
    items,
    list_work,
    staff,
    change,
    waiting,
    vary,
    people,
    account,
)
"""The modules that bring pages; each has ``add_to(pages)``."""

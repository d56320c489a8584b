"""Every part of the pages, in the order of what people come for."""

from __future__ import annotations

from service.web import (
    account,
    board,
    change,
    checklist,
    home,
    items,
    key_in,
    list_work,
    paper,
    people,
    premises,
    provider,
    sign_in,
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
    paper,
    key_in,
    change,
    waiting,
    vary,
    people,
    account,
)
"""The modules that bring pages; each has ``add_to(pages)``."""

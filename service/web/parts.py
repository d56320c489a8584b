"""Every part of the pages, in the order of what people come for."""

from __future__ import annotations

from service.web import (
    account,
    board,
    change,
    checklist,
    deliveries,
    help_page,
    home,
    items,
    key_in,
    list_work,
    paper,
    people,
    premises,
    premises_register,
    provider,
    record,
    register_import,
    sign_in,
    staff,
    vary,
    waiting,
    webhooks,
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
    change,
    waiting,
    vary,
    staff,
    paper,
    key_in,
    premises_register,
    register_import,
    people,
    account,
    webhooks,
    deliveries,
    record,
    help_page,
)
"""The modules that bring pages; each has ``add_to(pages)``."""

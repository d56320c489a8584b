"""Help: what the levels, roles and marks mean, and what to do when nothing works."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from service.api.caller import context
from service.web.page import SIGNED_IN, page


def add_to(pages: Blueprint) -> None:
    """Add the page to ``pages``."""
    pages.add_url_rule("/help", "help_page", help_page)


@page(SIGNED_IN)
def help_page() -> Any:
    """The one page of help."""
    return render_template("help.html", plan=context().policy.plan)

"""Where a person lands after signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from service.web.page import SIGNED_IN, page


def add_to(pages: Blueprint) -> None:
    """Add the page to ``pages``."""
    pages.add_url_rule("/", "home", home)


@page(SIGNED_IN)
def home() -> Any:
    """The first page."""
    return render_template("home.html")

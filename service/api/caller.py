"""Which installation this process serves, and who is calling it now."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from service.operations.context import Context
from service.operations.people import Principal

EXTENSION = "op_quantity"


def context() -> Context:
    """The installation."""
    return cast(Context, current_app.extensions[EXTENSION])


def principal() -> Principal:
    """The person or program whose token came with the request; only in routes behind ``auth``."""
    return cast(Principal, g.principal)

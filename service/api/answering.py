"""Answers: what an operation gave, as JSON and as it is.

The shapes of answers are documented and tested, not applied to each answer, so that reading stays cheap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app


def answered(data: Mapping[str, Any], status: int = 200) -> Response:
    """``data`` as a JSON answer."""
    return Response(current_app.json.dumps(data, separators=(",", ":")), status, mimetype="application/json")

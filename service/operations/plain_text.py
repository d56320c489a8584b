"""Text that people give: what every database can keep, every screen can show, and nothing longer than it need be."""

from __future__ import annotations

import re

REASON_LENGTH = 2_000
"""Characters that a reason may have at most."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text_fault(text: str, longest: int, *, required: bool = False) -> str | None:
    """What is wrong with a text of at most ``longest`` characters; None when it can be kept."""
    if required and not text.strip():
        return "is required"
    if len(text) > longest:
        return f"is {len(text)} characters long; {longest} is the most"
    if _UNFIT.search(text):
        return "has a control character or half of a surrogate pair; take it out"
    return None

"""What may stand in a path. Anything else is no such resource (404), and never reaches a database."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class Number(BaseConverter):
    """The id of a row: 1 to 18 digits, so that it fits 63 bits."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number that the path writes."""
        return int(value)


class Slug(BaseConverter):
    """The id of a premises."""

    regex = "[a-z0-9][a-z0-9-]{0,79}"


class OptionId(BaseConverter):
    """The id of an option, or of an item that people added."""

    regex = "[A-Za-z0-9][A-Za-z0-9_.-]{0,39}"


CONVERTERS: dict[str, type[BaseConverter]] = {"number": Number, "slug": Slug, "option": OptionId}

SCHEMAS: dict[str, dict[str, object]] = {
    "number": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    "slug": {"type": "string", "pattern": f"^{Slug.regex}$"},
    "option": {"type": "string", "pattern": f"^{OptionId.regex}$"},
}
"""How each is shown in the OpenAPI document."""

"""What nobody means to type, in every place where something can be typed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from service.operations.people import Role
from service.web.page import promise_of
from tests.builders import context_on, register
from tests.visitors import Visitors

ASKED = (
    "q", "after", "district", "level", "since", "until", "actor", "action", "subject", "premises", "before", "state",
    "type", "show", "seen", "turn", "then", "page", "id", "taken", "acknowledged", "override_expiring", "scope",
    "premises_id", "request_id", "from", "to", "who", "text", "detail", "reason",
)  # fmt: skip
"""What pages may be asked for in their addresses."""

SAID = (
    "username", "password", "former", "name", "role", "premises", "scope", "level", "reason", "kind", "hours", "status",
    "note", "reason_code", "version", "turn", "text", "due_at", "owner_role", "reverse", "to", "decision_id", "briefed",
    "code-1", "at-1", "by-1", "note-1", "status-1", "url", "districts", "event_types", "days", "id", "district",
    "address", "postcode", "kinds", "headcount", "manager", "mark", "premises_id", "effective_at", "reference", "since",
    "said_at", "then", "content", "file", "disabled", "response_level",
)  # fmt: skip
"""What forms may say."""

KNOWN = {"premises_id": "north-hq", "option_id": "C01"}
"""What stands in addresses; what else does is a number."""

ADMINS = {"accounts.manage", "premises.write", "webhooks.manage"}
LEFT_OUT = {"pages.send_asset", "pages.sign_out"}

HOSTILE = ["\x00\ufffe\u202e\U0001f6a8", "9" * 30, "0001-01-01T00:00"]


@pytest.fixture
def visitors(adopted_url: str) -> Iterator[Visitors]:
    with context_on(adopted_url) as context:
        register(context, {"id": "north-hq"})
        yield Visitors(context)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_page_fails_by_what_is_typed(visitors: Visitors, text: str) -> None:
    bound, failed = visitors.app.url_map.bind("localhost"), []
    people = {role: visitors.as_(role) for role in (Role.OP_QUANTITY_LEAD, Role.ADMIN)}
    for rule in visitors.app.url_map.iter_rules():
        promise = promise_of(visitors.app.view_functions[rule.endpoint])
        if promise is None or rule.endpoint in LEFT_OUT:
            continue
        visitor = people[Role.ADMIN if promise.permission in ADMINS else Role.OP_QUANTITY_LEAD]
        path = bound.build(rule.endpoint, {name: KNOWN.get(name, 1) for name in rule.arguments})
        for method in (rule.methods or set()) & {"GET", "POST"}:
            asked = f"{path}?{urlencode(dict.fromkeys(ASKED, text))}"
            page = visitor.get(asked) if method == "GET" else visitor.post(path, dict.fromkeys(SAID, text))
            failed += [f"{method} {path}: {page.status}"] if page.status >= 500 else []
    assert failed == []

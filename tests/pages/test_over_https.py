"""The pages behind a proxy that speaks https to browsers, and plain http to us."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.operations import accounts
from tests.builders import SYSTEM_LIKE, context_on, small_estate
from tests.databases import Databases
from tests.visitors import Visitors

PASSWORD = "correct horse battery"
BROWSER = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def visitors(sqlite_databases: Databases) -> Iterator[Visitors]:
    settings = {"public_url": "https://opq.example.police.uk", "proxies": 1}
    with sqlite_databases.filled(small_estate) as url, context_on(url, **settings) as context:
        accounts.create_account(context, SYSTEM_LIKE, "a.lead", "Ann Lead", "op_quantity_lead", password=PASSWORD)
        yield Visitors(context)


def test_a_form_is_taken_from_a_browser_that_says_not_where_it_comes_from(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    asked = visitor.get("/sign-in", **BROWSER)
    assert asked.answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = asked.answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-opq=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie
    sent = {"username": "a.lead", "password": PASSWORD, "csrf_token": asked.fields["csrf_token"]}
    kept = {**BROWSER, "Cookie": cookie.partition(";")[0]}
    nobody = visitors.app.test_client(use_cookies=False)
    assert nobody.post("/sign-in", data=sent, headers=kept).status_code == 303


def test_a_browser_is_told_to_come_by_https_only(visitors: Visitors) -> None:
    answer = visitors.nobody().get("/sign-in", **BROWSER).answer
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

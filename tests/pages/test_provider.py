"""Signing in by OpenID Connect, against a provider that runs as a process of its own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from service.operations.people import Role
from tests.builders import NOON, context_on, register
from tests.fakes import FrozenClock
from tests.visitors import Page, Visitor, Visitors

CRITICAL = {"scope": "national", "level": "CRITICAL", "reason": "JTAC rang at 02:58"}
JUST_NOW = {"auth_time": NOON.timestamp()}
PEOPLE: list[dict[str, Any]] = [
    {"sub": "lead", "name": "Lena Provider", "roles": ["visitor", "op_quantity_lead"], **JUST_NOW},
    {"sub": "manager", "name": "Mo Provider", "roles": "station_manager", "premises": ["north-hq", "atlantis"]},
    {"sub": "stranger", "name": "Sam Stranger", "roles": ["cleaner"]},
    {"sub": "namesake", "name": "Lena Provider", "roles": ["gold"]},
    {"sub": "nameless", "name": "No\x00body", "roles": ["gold"]},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            await_answer(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            process.terminate()


def await_answer(address: str) -> None:
    session = requests.Session()
    retries = requests.adapters.Retry(total=240, backoff_factor=0.05, backoff_max=0.5)
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
    with session:
        assert session.get(address, timeout=30).ok


@pytest.fixture
def visitors(adopted_url: str, clock: FrozenClock, issuer: str) -> Iterator[Visitors]:
    provider = {"oidc_issuer": issuer, "oidc_client_secret": "shared with the provider"}
    with context_on(adopted_url, clock=clock, **provider) as context:
        register(context, {"id": "north-hq"}, {"id": "south-office"})
        yield Visitors(context)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


def by_provider(visitor: Visitor, subject: str, path: str = "/sign-in/provider") -> Page:
    """Go to the provider as a browser does, let it vouch for ``subject``, and come back."""
    sent = visitor.get(path)
    assert sent.status == 302, sent.text
    answer = requests.post(sent.location or "", data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return visitor.get(f"{back.path}?{back.query}")


def tell(issuer: str, sub: str, **claims: object) -> None:
    """Let the provider say something else of somebody from now on."""
    assert requests.put(f"{issuer}/users/{sub}", json=claims, timeout=10).ok


def test_the_first_role_that_we_know_is_the_persons_and_others_are_ignored(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    assert "Sign in with your force account" in visitor.get("/sign-in").text
    done = by_provider(visitor, "lead", "/sign-in/provider?then=/board")
    assert done.location == "/board"
    assert "Lena Provider, Op Quantity lead" in visitor.follow(done).text


def test_premises_are_those_of_the_claims_that_are_registered(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    for _ in range(2):
        assert by_provider(visitor, "manager").status == 303
    assert "Mo Provider, station manager: north-hq" in visitor.get("/account").text
    assert visitor.get("/premises/south-office/override").status == 404


@pytest.mark.parametrize("subject", ["stranger", "namesake", "nameless"])
def test_who_has_no_role_here_or_the_name_of_another_is_not_let_in(visitors: Visitors, subject: str) -> None:
    by_provider(visitors.nobody(), "lead")
    visitor = visitors.nobody()
    assert by_provider(visitor, subject).status in (403, 409)
    assert visitor.get("/account").status == 303


def test_a_disabled_person_is_not_let_in_by_the_provider_either(visitors: Visitors) -> None:
    by_provider(visitors.nobody(), "lead")
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    admin.post("/people/1", {"role": "op_quantity_lead", "disabled": "yes"})
    assert by_provider(visitors.nobody(), "lead").status == 403


def test_before_a_change_of_level_the_provider_shows_anew_who_it_is(
    visitors: Visitors, clock: FrozenClock, issuer: str
) -> None:
    visitor = visitors.nobody()
    tell(issuer, **PEOPLE[0])
    by_provider(visitor, "lead")
    clock.tick(timedelta(minutes=16))
    fields = visitor.post("/change/check", CRITICAL).fields
    asked = visitor.post("/change/confirm", fields)
    assert asked.status == 200
    beside = next(link for link in asked.links if link.startswith("/sign-in/provider"))
    assert "prompt=login" in (visitor.get(beside).location or "")
    assert "showed another person" in by_provider(visitor, "manager", beside).text
    refused = visitor.post("/change/confirm", asked.fields)
    assert (refused.status, "#again" in refused.links) == (422, True), "another person does not count"
    assert "Sign in again with your force account first" in refused.text
    assert "The password is wrong" not in refused.text
    assert "did not ask you anew" in by_provider(visitor, "lead", beside).text, "it vouched without asking"
    assert visitor.post("/change/confirm", asked.fields).status == 422
    tell(issuer, **{**PEOPLE[0], "auth_time": clock.now().timestamp()})
    assert "press Continue" in visitor.follow(by_provider(visitor, "lead", beside)).text
    assert visitor.post("/change/confirm", refused.fields).location == "/changes/1"
    clock.tick(timedelta(minutes=15, seconds=1))
    assert "Show that it is you" in visitor.post("/change/confirm", {**fields, "mark": "another"}).text


@pytest.mark.parametrize("told", [NOON.timestamp() - 901, None, 1e300])
def test_who_signs_in_without_being_asked_who_they_are_is_asked_before_a_level_changes(
    visitors: Visitors, issuer: str, told: object
) -> None:
    tell(issuer, "left-alone", name="Lee Left", roles=["op_quantity_lead"], auth_time=told)
    visitor = visitors.nobody()
    by_provider(visitor, "left-alone")
    fields = visitor.post("/change/check", CRITICAL).fields
    assert "Show that it is you" in visitor.post("/change/confirm", fields).text


@pytest.mark.parametrize("roles", [["staff"], []])
def test_who_loses_a_role_loses_what_was_open_to_it(visitors: Visitors, issuer: str, roles: list[str]) -> None:
    tell(issuer, "mover", name="Mia Mover", roles=["op_quantity_lead"], **JUST_NOW)
    visitor, elsewhere = visitors.nobody(), visitors.nobody()
    by_provider(elsewhere, "mover")
    by_provider(visitor, "mover")
    visitor.get("/account")
    shown = re.search(r"opq_[\w-]{43}", visitor.post("/account/tokens", {"days": "365"}).text)
    assert shown is not None
    bearer = {"Authorization": f"Bearer {shown[0]}"}
    assert visitor.client.get("/api/v1/estate", headers=bearer).status_code == 200
    by_provider(visitors.nobody(), "mover")
    assert visitor.client.get("/api/v1/estate", headers=bearer).status_code == 200, "nothing changed"
    tell(issuer, "mover", name="Mia Mover", roles=roles)
    assert by_provider(visitor, "mover").status == (303 if roles else 403)
    assert visitor.client.get("/api/v1/estate", headers=bearer).status_code == 401
    assert elsewhere.get("/account").status == 303


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?error=access_denied&state=y"])
def test_a_return_that_nobody_asked_for_signs_nobody_in(visitors: Visitors, query: str) -> None:
    visitor = visitors.nobody()
    assert "did not vouch for you" in visitor.get(f"/sign-in/provider/return{query}").text
    assert visitor.get("/account").status == 303


def test_without_a_provider_there_is_no_way_by_it(adopted_url: str) -> None:
    with context_on(adopted_url) as context:
        visitor = Visitors(context).nobody()
        assert "force account" not in visitor.get("/sign-in").text
        assert visitor.get("/sign-in/provider").status == 404


def test_a_provider_that_does_not_answer_is_told(adopted_url: str) -> None:
    with context_on(adopted_url, oidc_issuer="http://127.0.0.1:9") as context:
        assert "does not answer" in Visitors(context).nobody().get("/sign-in/provider").text

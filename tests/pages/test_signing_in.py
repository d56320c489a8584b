from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest

from service.errors import StoreFault
from service.operations import accounts
from service.operations.people import Role
from service.operations.proof import MOST_FAILURES
from tests.builders import SYSTEM_LIKE
from tests.fakes import FrozenClock
from tests.visitors import Visitors

PASSWORD = "correct horse battery"


@pytest.fixture
def with_password(visitors: Visitors) -> Visitors:
    accounts.create_account(visitors.context, SYSTEM_LIKE, "a.lead", "Ann Lead", "op_quantity_lead", password=PASSWORD)
    return visitors


def test_who_is_not_signed_in_is_sent_to_sign_in_and_then_on(with_password: Visitors) -> None:
    visitor = with_password.nobody()
    asked = visitor.follow(visitor.get("/account"))
    done = visitor.post("/sign-in", {"username": " A.Lead ", "password": PASSWORD, "then": asked.fields["then"]})
    assert "Ann Lead" in visitor.follow(done).text


@pytest.mark.parametrize(("username", "password"), [("a.lead", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    with_password: Visitors, username: str, password: str
) -> None:
    visitor = with_password.nobody()
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"username": username, "password": password})
    assert answer.status == 422
    assert "The username or the password is wrong" in answer.text
    assert visitor.get("/account").status == 303


@pytest.mark.parametrize("then", ["//evil.example", "/\\evil.example", "https://evil.example", "", "javascript:1"])
def test_nobody_is_sent_to_another_site_after_signing_in(with_password: Visitors, then: str) -> None:
    visitor = with_password.nobody()
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"username": "a.lead", "password": PASSWORD, "then": then})
    assert (answer.status, answer.location) == (303, "/")


def test_a_session_is_over_after_signing_out_also_for_a_copy_of_its_cookie(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.AUDITOR)
    with visitor.client.session_transaction() as cookie:
        copied = dict(cookie)
    visitor.get("/account")
    assert visitor.post("/sign-out").location == "/sign-in"
    with visitor.client.session_transaction() as cookie:
        cookie.update(copied)
    assert visitor.get("/account").status == 303


def test_a_late_answer_does_not_bring_back_the_cookie_of_somebody_who_signed_out(with_password: Visitors) -> None:
    visitor = with_password.nobody()
    visitor.get("/sign-in")
    assert "Set-Cookie" in visitor.post("/sign-in", {"username": "a.lead", "password": PASSWORD}).answer.headers
    visitor.get("/account")  # and with it the token of its forms
    assert "Set-Cookie" not in visitor.get("/account").answer.headers


def test_a_session_ends_after_an_hour_without_use_and_after_twelve_in_any_case(
    visitors: Visitors, clock: FrozenClock
) -> None:
    idle, busy = visitors.as_(Role.AUDITOR, name="Idle"), visitors.as_(Role.AUDITOR, name="Busy")
    for _ in range(14):
        clock.tick(timedelta(minutes=50))
        assert busy.get("/account").status == 200
    assert idle.get("/account").status == 303
    clock.tick(timedelta(minutes=21))
    assert busy.get("/account").status == 303


def test_a_board_that_renews_itself_keeps_nobody_signed_in_but_a_wall_screen_does(
    visitors: Visitors, clock: FrozenClock
) -> None:
    left, wall = visitors.as_(Role.AUDITOR, name="Left"), visitors.as_(Role.AUDITOR, name="Wall")
    for _ in range(3):
        clock.tick(timedelta(minutes=25))
        left.client.get("/board/now", headers={"HX-Request": "true"})
        assert wall.client.get("/board/wall", headers={"HX-Request": "true"}).status_code == 200
    assert left.get("/board").status == 303
    assert wall.get("/board").status == 200


def test_pages_are_read_while_nothing_can_be_written(
    visitors: Visitors, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visitors.as_(Role.AUDITOR)
    clock.tick(timedelta(minutes=5))

    def full_disk(**_how: bool) -> NoReturn:
        raise StoreFault("the store does not answer")

    monkeypatch.setattr(visitors.context.store, "housekeeping", full_disk)
    assert visitor.get("/board").status == 200


def test_a_form_without_its_token_changes_nothing(visitors: Visitors) -> None:
    visitor = visitors.as_(Role.AUDITOR)
    assert visitor.client.post("/sign-out").status_code == 400
    assert visitor.get("/account").status == 200


@pytest.mark.parametrize("address", ["2001:db8:1:2::{}", "::ffff:192.0.2.7"])
def test_a_device_with_many_addresses_may_guess_no_more_often_than_another(
    with_password: Visitors, address: str
) -> None:
    visitor = with_password.nobody()
    sent = {"csrf_token": visitor.get("/sign-in").fields["csrf_token"], "username": "a.lead"}

    def said(password: str, place: str) -> str:
        environ = {"REMOTE_ADDR": place}
        answer = visitor.client.post("/sign-in", data={**sent, "password": password}, environ_overrides=environ)
        return answer.get_data(as_text=True)

    for number in range(MOST_FAILURES):
        assert "is wrong" in said("a guess", address.format(number))
    assert "too many failed attempts" in said(PASSWORD, address.format("ffff"))
    assert "Redirecting" in said(PASSWORD, "2001:db8:1:3::1"), "failures elsewhere shut nobody out"


@pytest.mark.parametrize(
    ("path", "then"), [("/change/confirm", ""), ("/premises/north-hq/override", "/premises/north-hq/override")]
)
def test_who_sends_a_form_after_their_session_is_told_that_it_was_not_kept(
    with_password: Visitors, clock: FrozenClock, path: str, then: str
) -> None:
    visitor = with_password.as_(Role.OP_QUANTITY_LEAD)
    visitor.get("/account")
    clock.tick(timedelta(hours=2))
    asked = visitor.follow(visitor.post(path, {"reason": "JTAC rang"}))
    assert "nothing of it was kept" in asked.text
    assert asked.fields["then"] == then
    assert "was kept" not in visitor.follow(visitor.get("/account")).text

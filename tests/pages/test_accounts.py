from __future__ import annotations

from datetime import timedelta

import pytest

from service.operations import accounts
from service.operations.people import Role
from service.operations.sessions import MOST_SESSIONS
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.callers import Callers
from tests.fakes import FrozenClock
from tests.visitors import Page, Visitor, Visitors

PASSWORD = "correct horse battery"
NEW = {"username": "b.smith", "name": "Bea Smith", "role": "station_manager", "premises": "north-hq"}


def sign_in(visitors: Visitors, username: str, password: str, address: str = "192.0.2.1") -> tuple[Visitor, Page]:
    visitor = visitors.nobody()
    visitor.client.environ_base["REMOTE_ADDR"] = address
    visitor.get("/sign-in")
    return visitor, visitor.post("/sign-in", {"username": username, "password": password})


def code_of(page: Page) -> str:
    text = page.answer.get_data(as_text=True)
    return text.partition('opq-code">')[2].partition("<")[0]


@pytest.fixture
def jones(visitors: Visitors) -> int:
    made = accounts.create_account(
        visitors.context, SYSTEM_LIKE, "a.jones", "Ann Jones", "station_manager", ("north-hq",), PASSWORD
    )
    return int(made["id"])


def test_an_admin_makes_an_account_and_its_person_signs_in(visitors: Visitors) -> None:
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    made = admin.post("/people", NEW)
    visitor, done = sign_in(visitors, "B.Smith", code_of(made))
    assert done.location == "/"
    assert "Bea Smith, station manager" in visitor.get("/account").text
    assert "Bea Smith b.smith station manager north-hq in use" in admin.get("/people").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "b smith"}, "username"),
        ({"username": "a.jones"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "chief"}, "role"),
        ({"premises": "atlantis"}, "premises"),
    ],
)
@pytest.mark.usefixtures("jones")
def test_faults_of_an_account_stand_beside_their_fields(visitors: Visitors, wrong: dict[str, str], field: str) -> None:
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    answer = admin.post("/people", {**NEW, **wrong})
    assert (answer.status, f"#{field}" in answer.links) == (422, True)


def test_a_changed_role_signs_the_person_out_and_revokes_their_tokens(visitors: Visitors, jones: int) -> None:
    visitor, _ = sign_in(visitors, "a.jones", PASSWORD)
    visitor.get("/account")
    token = code_of(visitor.post("/account/tokens", {"days": "30"}))
    program = Callers(visitors.context).nobody()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert program.get("/api/v1/premises/north-hq/checklist").status_code == 200
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    bad = admin.post(f"/people/{jones}", {"role": "emperor"})
    assert (bad.status, "#role" in bad.links) == (422, True)
    assert admin.post(f"/people/{jones}", {"role": "staff", "premises": ""}).status == 303
    assert visitor.get("/account").status == 303
    assert program.get("/api/v1/premises/north-hq/checklist").status_code == 401


def test_a_disabled_person_cannot_sign_in_until_enabled_again(visitors: Visitors, jones: int) -> None:
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    admin.post(f"/people/{jones}", {"role": "staff", "disabled": "yes"})
    assert sign_in(visitors, "a.jones", PASSWORD)[1].status == 422
    admin.post(f"/people/{jones}", {"role": "staff"})
    assert sign_in(visitors, "a.jones", PASSWORD)[1].status == 303


def test_a_reset_password_is_shown_once_and_the_former_one_is_void(visitors: Visitors, jones: int) -> None:
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    password = code_of(admin.post(f"/people/{jones}/password"))
    assert password not in admin.get(f"/people/{jones}").text
    assert sign_in(visitors, "a.jones", PASSWORD)[1].status == 422
    assert sign_in(visitors, "a.jones", password)[1].status == 303


def test_an_admin_changes_everybody_but_themselves(visitors: Visitors) -> None:
    admin = visitors.as_(Role.ADMIN)
    admin.get("/people")
    assert "Nobody changes their own rights" in admin.get("/people/1").text
    assert admin.post("/people/1", {"role": "gold"}).status == 403
    assert admin.post("/people/1/password").status == 403
    assert admin.get("/people/99").status == 404


def test_people_change_their_password_and_are_signed_out_elsewhere(visitors: Visitors, jones: int) -> None:
    here, elsewhere = (sign_in(visitors, "a.jones", PASSWORD)[0] for _ in range(2))
    here.get("/account")
    for former, new, field in (("wrong", "x" * 20, "former"), (PASSWORD, "short", "password")):
        answer = here.post("/account/password", {"former": former, "password": new})
        assert (answer.status, f"#{field}" in answer.links) == (422, True)
    with_name = here.post("/account/password", {"former": PASSWORD, "password": "I am A.Jones of Kent"})
    assert "must not contain the username" in with_name.text
    assert here.post("/account/password", {"former": PASSWORD, "password": "three other words"}).status == 303
    assert (here.get("/account").status, elsewhere.get("/account").status) == (200, 303)
    assert sign_in(visitors, "a.jones", "three other words")[1].status == 303


def test_people_see_and_end_their_other_sessions_and_have_few_of_them(visitors: Visitors, jones: int) -> None:
    first, *others = (sign_in(visitors, "a.jones", PASSWORD)[0] for _ in range(MOST_SESSIONS + 1))
    assert first.get("/account").status == 303
    assert others[-1].get("/account").text.count("last used") == MOST_SESSIONS
    others[-1].post("/account/sessions/end")
    assert [visitor.get("/account").status for visitor in others] == [303] * (MOST_SESSIONS - 1) + [200]


def test_people_revoke_their_own_tokens_and_nobody_elses(visitors: Visitors, jones: int) -> None:
    ann, _ = sign_in(visitors, "a.jones", PASSWORD)
    other = visitors.as_(Role.AUDITOR)
    ann.get("/account")
    assert code_of(ann.post("/account/tokens", {"days": "1"})).startswith("opq_")
    assert other.post("/account/tokens/1/revoke").status == 404
    assert ann.post("/account/tokens/1/revoke").status == 303
    assert "Token 1" not in ann.get("/account").text


def test_five_failures_shut_out_their_address_and_nobody_elsewhere(
    visitors: Visitors, jones: int, clock: FrozenClock
) -> None:
    for _ in range(5):
        assert "is wrong" in sign_in(visitors, "a.jones", "guess")[1].text
    assert "too many failed attempts" in sign_in(visitors, "a.jones", PASSWORD)[1].text
    assert sign_in(visitors, "a.jones", PASSWORD, "198.51.100.7")[1].status == 303
    clock.tick(timedelta(minutes=16))
    assert sign_in(visitors, "a.jones", PASSWORD)[1].status == 303


def test_an_account_that_is_gone_cannot_be_looked_after(visitors: Visitors) -> None:
    from service.errors import NotFound
    from service.operations import own_account, sessions

    nobody = builders.person(visitors.context, "Nobody Here", Role.STAFF)
    session = sessions.Session(1, nobody, True, True)
    with pytest.raises(NotFound):
        own_account.own_account(visitors.context, session)

"""Every form of the pages, sent so that it is refused: it says what is wrong, where, and to everybody (axe)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response
from werkzeug.exceptions import HTTPException

from service.operations import proof
from service.operations.people import Role
from service.store import accounts
from service.web.page import page_permissions
from tests.browser.busy import READY, Busy
from tests.browser.people import People, faults, lose_session, visiting
from tests.browser.site import Site

Said = Mapping[str, str | bytes]
"""What is said in the fields of a form besides what they hold; bytes are a file."""

LEAD, MANAGER, STAFF, ADMIN = Role.OP_QUANTITY_LEAD, Role.STATION_MANAGER, Role.STAFF, Role.ADMIN
HEADER = b"id,name,district,address,postcode,kinds,risk_category,minimum_response_level\n"
GOOD_FILE, BAD_FILE = (
    HEADER + b"new-post,New Post,North,,,office,medium,NORMAL\n",
    HEADER + b"New Post,,,,,palace,,LOW\n",
)
LOWER = {"level": "LOW", "reason": "As published"}
SITE = "/premises/{premises_id}"
LIST = "/checklists/{checklist_id}"
REGISTERED = f"/register/premises/{READY}"


@dataclass(frozen=True)
class Form:
    """On the page at ``address`` a person of ``role`` sends forms to these endpoints; the last is refused.

    They gave their password just now if ``fresh``, and else so long ago that some forms ask for it again.
    """

    role: Role
    address: str
    sent: tuple[tuple[str, Said], ...]
    status: int = 422
    fresh: bool = False

    def __str__(self) -> str:
        endpoint, said = self.sent[-1]
        return f"{endpoint} {' '.join(said) or 'as it is'}"


def form(role: Role, address: str, endpoint: str, said: Said | None = None, status: int = 422) -> Form:
    return Form(role, address, ((endpoint, said or {}),), status)


def fresh(role: Role, address: str, endpoint: str, said: Said | None = None, status: int = 422) -> Form:
    return replace(form(role, address, endpoint, said, status), fresh=True)


WRONG = {"password": "wrong"}

FORMS = [
    form(LEAD, "/change", "check_change"),
    Form(LEAD, "/change", (("check_change", LOWER), ("confirm_change", WRONG))),
    form(LEAD, f"{SITE}/override", "ask_override", WRONG),
    form(LEAD, "/waiting", "reject_reading"),
    form(LEAD, "/webhooks/{webhook_id}", "recover_webhook"),
    form(LEAD, "/webhooks/{webhook_id}/change", "change_webhook", {"url": "ftp://x", "premises": "no-such"}),
    form(LEAD, "/checklists/{ready_id}/sign-off", "sign_off", {"version": "1"}, 409),
    form(LEAD, "/checklists/{said_id}/items/{said_option_id}", "tick_item", {"status": "done", "version": "1"}, 409),
    form(MANAGER, f"{LIST}/items/{{option_id}}", "tick_item"),
    form(MANAGER, f"{LIST}/items/{{option_id}}", "tick_item", {"status": "declined", "from": "why"}),
    form(MANAGER, f"{LIST}/hand-over", "hand_over"),
    form(MANAGER, f"{LIST}/codes", "key_in"),
    form(MANAGER, f"{LIST}/codes", "key_in", {"code-1": "??", "at-1": "soon", "code-2": "AAAA", "note-3": "why"}),
    form(MANAGER, "/checklists/{said_id}/add-item", "add_item", {"due_at": ""}),
    form(MANAGER, f"{SITE}/told", "brief"),
    form(MANAGER, f"{SITE}/told", "brief", {"briefed": "14", "decision_id": "0"}, 409),
    form(STAFF, f"{SITE}/staff", "acknowledge", {"decision_id": "0"}, 409),
    form(ADMIN, "/account", "change_password"),
    Form(ADMIN, "/people", (("create_account", {"name": "Half typed"}), ("create_account", WRONG))),
    fresh(ADMIN, "/people", "create_account"),
    form(ADMIN, "/register/add", "add_premises", WRONG),
    form(ADMIN, REGISTERED, "edit_premises", WRONG),
    form(ADMIN, f"{REGISTERED}/close", "close_premises", WRONG),
    form(ADMIN, "/register/import", "import_register"),
    form(ADMIN, "/register/import", "import_register", {"file": BAD_FILE}),
    Form(ADMIN, "/register/import", (("import_register", {"file": GOOD_FILE}), ("confirm_import", WRONG))),
    form(ADMIN, "/webhooks/add", "add_webhook"),
    fresh(LEAD, f"{SITE}/override", "ask_override", {"hours": "0"}),
    fresh(LEAD, f"{SITE}/override", "ask_override"),
    fresh(ADMIN, "/webhooks/{webhook_id}", "rotate_secret", {}, 409),
    fresh(ADMIN, "/people/{account_id}", "change_account", {"role": "station_manager", "premises": "nowhere"}),
    fresh(ADMIN, "/register/add", "add_premises"),
    fresh(ADMIN, "/register/add", "add_premises", {"id": READY, "name": "Another"}, 409),
    fresh(ADMIN, REGISTERED, "edit_premises", {"name": "", "headcount": "many"}),
    fresh(ADMIN, REGISTERED, "edit_premises", {"name": "Another", "version": "0"}, 409),
    fresh(ADMIN, f"{REGISTERED}/close", "close_premises", {"reason": "x" * 5000}),
    fresh(ADMIN, f"{REGISTERED}/close", "close_premises", {"reason": "Sold", "version": "0"}, 409),
]
"""Each form, and each other way in which it is refused."""

NOTHING_TO_MEND = {
    "agree_item": "a button",
    "approve_request": "a button",
    "confirm_reading": "a button",
    "create_own_token": "a choice, in which one is always taken",
    "delete_webhook": "a button",
    "end_other_sessions": "a button",
    "end_override": "a button",
    "redeliver": "a button",
    "reset_password": "a button",
    "revoke_own_token": "a button",
    "set_webhook_state": "a button",
    "sign_in": "tested below, by somebody who is not signed in",
    "sign_out": "a button",
    "test_webhook": "a button",
    "verify_record": "a button",
    "withdraw_request": "a button",
}
"""Forms without a field that can be filled in wrongly, and why."""

SENT_TO = "[...document.forms].map((form) => form.method === 'post' ? new URL(form.action).pathname : '')"
"""The address of each form of a page; nothing for those that only search."""

SEND = """([which, said]) => {
    const form = document.forms[which];
    for (const [name, value] of Object.entries(said)) {
        const fields = form.elements[name];
        if (fields && fields.length && fields[0].type === "text") fields[0].value = value;
        else if (fields && fields.type !== "submit") fields.value = value;
        else form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    form.submit();
}"""
"""Sends a form as a browser without JavaScript does."""


LEADS_NOWHERE = """[...document.querySelectorAll(".govuk-error-summary a")].map((link) => link.getAttribute("href"))
    .filter((href) => !document.querySelector(`${href}:is(input, select, textarea)`))"""
"""Links of an error summary that lead to no field."""


@pytest.fixture(scope="module")
def later(busy: Busy) -> Iterator[Site]:
    """The busy site, where a password does not count for longer than the moment in which it is given."""
    with closing(Site(busy.site.context.settings.data_dir, session_fresh=0)) as site:
        yield site


@pytest.fixture(autouse=True)
def _patience(busy: Busy) -> None:
    with busy.site.context.store.housekeeping() as writer:
        accounts.forget_failures(writer, writer.now)


def endpoint_of(site: Site, path: str) -> str | None:
    try:
        return str(site.app.url_map.bind("localhost").match(path, method="POST")[0])
    except HTTPException:
        return None


def send(page: Page, site: Site, endpoint: str, said: Said) -> Response:
    """The answer to the form of the page that goes to ``endpoint``."""
    to = [endpoint_of(site, path) for path in page.evaluate(SENT_TO)]
    for name, value in said.items():
        if isinstance(value, bytes):
            page.set_input_files(f"[name={name}]", {"name": "a.csv", "mimeType": "text/csv", "buffer": value})
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    with page.expect_navigation(wait_until="domcontentloaded") as leaving:
        page.evaluate(SEND, [to.index(f"pages.{endpoint}"), words])
    answer = leaving.value
    assert answer is not None
    return answer


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_form_that_is_refused_says_so_to_everybody(
    chromium: Browser, passes: dict[Role, Any], busy: Busy, later: Site, form: Form
) -> None:
    site = busy.site if form.fresh else later
    with visiting(chromium, site, passes) as visitors:
        page = visitors.as_(form.role)
        page.goto(form.address.format(**busy.known), wait_until="domcontentloaded")
        *before, last = form.sent
        for endpoint, said in before:
            assert send(page, site, endpoint, said).status == 200
            assert faults(page) == []
        assert send(page, site, *last).status == form.status
        assert form.status == 409 or page.title().startswith("Error: ")
        assert page.evaluate(LEADS_NOWHERE) == []
        assert faults(page) == []


def test_every_form_is_tested_or_holds_nothing_that_could_be_wrong(busy: Busy) -> None:
    app, pages = busy.site.app, page_permissions(busy.site.app)
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())} & set(pages)
    tested = {endpoint for form in FORMS for endpoint, _ in form.sent}
    assert {f"pages.{endpoint}" for endpoint in tested | set(NOTHING_TO_MEND)} == sent
    assert tested & set(NOTHING_TO_MEND) == set()


def test_a_wrong_password_and_too_many_of_them_are_told_to_everybody(visitors: People, busy: Busy) -> None:
    page = visitors.nobody()
    page.goto("/sign-in")
    for _ in range(proof.MOST_FAILURES):
        send(page, busy.site, "sign_in", {"username": "somebody", **WRONG})
    assert "The username or the password is wrong" in page.get_by_role("alert").inner_text()
    assert faults(page) == []
    send(page, busy.site, "sign_in", {"username": "somebody", **WRONG})
    assert "wait 15 minutes" in page.get_by_role("alert").inner_text()
    assert faults(page) == []


def test_a_form_of_a_person_who_was_signed_out_leads_to_signing_in(visitors: People, busy: Busy) -> None:
    page = visitors.as_(LEAD)
    page.goto("/change")
    lose_session(page)
    assert urlsplit(send(page, busy.site, "check_change", LOWER).url).path == "/sign-in"
    assert "nothing of it was kept" in page.locator("main").inner_text()
    assert faults(page) == []


def test_a_form_that_was_open_for_too_long_is_refused_in_words(visitors: People, busy: Busy) -> None:
    page = visitors.as_(LEAD)
    page.goto("/change")
    assert send(page, busy.site, "check_change", {"csrf_token": "old"}).status == 400
    assert "Go back, reload it" in page.locator("main").inner_text()
    assert faults(page) == []

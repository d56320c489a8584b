"""People who use the pages in process, each signed in, and what a page says to them."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.operations import accounts, sessions
from service.operations.context import Context
from service.operations.people import Role
from service.store import accounts as table
from service.store.types import Row
from service.web import guard
from tests.builders import SYSTEM_LIKE
from tests.compiled import compile_once

CSRF = "csrf_token"


class Page(HTMLParser):
    """One answer: its ``status``, the visible ``text`` with single blanks, its ``links`` and hidden ``fields``."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.answer, self.status, self.location = answer, answer.status_code, answer.location
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self.ids: list[str] = []
        self._words: list[str] = []
        self._silent = 0
        self.feed(answer.get_data(as_text=True) if answer.mimetype == "text/html" else "")
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style")
        self.ids += [given["id"]] if "id" in given else []
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)


class Visitor:
    """A browser without JavaScript, with the cookies of one person."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._csrf: str | None = None

    def get(self, path: str, **headers: str) -> Page:
        """The page at ``path``."""
        page = Page(self.client.get(path, headers=headers))
        self._csrf = page.fields.get(CSRF, self._csrf)
        return page

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> Page:
        """What comes of sending a form, with the token of the last page that was read."""
        if self._csrf is None:
            self.get("/account")
        page = Page(self.client.post(path, data={CSRF: self._csrf, **(data or {})}, headers=headers))
        self._csrf = page.fields.get(CSRF, self._csrf)
        return page

    def follow(self, page: Page) -> Page:
        """The page to which an answer sends the browser."""
        assert page.status == 303, (page.status, page.text)
        return self.get(page.location or "")


class Visitors:
    """The application over one installation, and people who are signed in to its pages."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app: Flask = compile_once(create_app(context))
        self.app.testing = True

    def as_(self, role: Role, *premises: str, name: str | None = None) -> Visitor:
        """Somebody of this role, signed in anew; ``name`` tells several apart."""
        name = name or role.value.replace("_", " ").title()
        username = name.casefold().replace(" ", ".")
        account = self._account(username, name, role, premises)
        token = sessions.begin(self.context, account)
        visitor = self.nobody()
        with visitor.client.session_transaction() as cookie:
            cookie[guard.SESSION] = token
        return visitor

    def nobody(self) -> Visitor:
        """Somebody who is not signed in."""
        return Visitor(self.app.test_client())

    def _account(self, username: str, name: str, role: Role, premises: tuple[str, ...]) -> Row:
        with self.context.store.read() as reader:
            known = table.by_username(reader, username)
        if known is None:
            accounts.create_account(self.context, SYSTEM_LIKE, username, name, role.value, premises)
            return self._account(username, name, role, premises)
        return known

"""People who call the API in process, each with a token of their own."""

from __future__ import annotations

from apiflask import APIFlask
from flask.testing import FlaskClient

from service.app import create_app
from service.operations import tokens
from service.operations.context import Context
from service.operations.people import Role
from tests.builders import SYSTEM_LIKE
from tests.conformance import watch


class Callers:
    """An application over one installation, and clients that are signed in to it.

    Every answer must be as the application's own document says.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app: APIFlask = create_app(context)
        watch(self.app)
        self._tokens: dict[tuple[Role, tuple[str, ...], str], str] = {}

    def token(self, role: Role, *premises: str, name: str | None = None) -> str:
        """A token for a person of this role, made once."""
        key = (role, premises, name or role.value)
        if key not in self._tokens:
            made = tokens.create_token(self.context, SYSTEM_LIKE, role.value, key[2], premises)
            self._tokens[key] = made["token"]
        return self._tokens[key]

    def as_(self, role: Role, *premises: str, name: str | None = None) -> FlaskClient:
        """A client that sends this person's token with each request."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token(role, *premises, name=name)}"
        return client

    def nobody(self) -> FlaskClient:
        """A client without a token."""
        return self.app.test_client()

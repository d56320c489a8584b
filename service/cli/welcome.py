"""What ``opq up`` says first: where to look and how to sign in; and, if asked, an example estate to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from service.cli.show import number_of
from service.operations.accounts import create_account, list_accounts
from service.operations.context import Context
from service.operations.example import load_example
from service.operations.passwords import new_password
from service.operations.people import SYSTEM, Role
from service.operations.tokens import create_token, list_tokens

_PEOPLE = ((Role.OP_QUANTITY_LEAD, "Example Lead"), (Role.GOLD, "Example Gold"))
_SIGN_INS = (
    ("lead", "Example Lead", Role.OP_QUANTITY_LEAD, ()),
    ("gold", "Example Gold", Role.GOLD, ()),
    ("duty", "Example Duty Officer", Role.DUTY_OFFICER, ()),
    ("manager", "Example Manager", Role.STATION_MANAGER, ("aldermere-station",)),
    ("staff", "Example Staff", Role.STAFF, ("aldermere-station",)),
    ("auditor", "Example Auditor", Role.AUDITOR, ()),
    ("admin", "Example Admin", Role.ADMIN, ()),
)
"""Who can sign in to the pages of the example, with which premises of it."""


def make_example(context: Context) -> dict[str, Any]:
    """Load the example estate where the register is empty, and make tokens and accounts where there are none.

    Gives how many ``premises`` were loaded, the ``tokens`` made, and the ``accounts`` with the one ``password`` of all.
    """
    loaded = load_example(context)["premises"]
    has_tokens = list_tokens(context, SYSTEM)["items"]
    tokens = [] if has_tokens else [create_token(context, SYSTEM, role.value, name) for role, name in _PEOPLE]
    return {"premises": loaded, "tokens": tokens, **(_sign_ins(context) if loaded else _NOBODY)}


_NOBODY: dict[str, Any] = {"accounts": [], "password": None}
NO_EXAMPLE: dict[str, Any] = {"premises": 0, "tokens": [], **_NOBODY}
"""What ``make_example`` gives where there is nothing to make."""


def _sign_ins(context: Context) -> dict[str, Any]:
    if list_accounts(context, SYSTEM)["items"]:
        return _NOBODY
    password = new_password()
    made = [
        create_account(context, SYSTEM, username, name, role.value, premises, password)
        for username, name, role, premises in _SIGN_INS
    ]
    return {"accounts": [account["username"] for account in made], "password": password}


def lines(answer: dict[str, Any]) -> Iterator[RenderableType]:
    """Where to look and how to sign in."""
    url = answer["url"]
    yield f"Op Quantity serves on {url}"
    yield f"  The pages:      {url}/"
    yield f"  Documentation:  {url}/api/docs"
    yield f"  Is it ready?    {url}/readyz"
    if answer["premises"]:
        yield f"An invented estate of {number_of(answer['premises'], 'premises')} was loaded."
    if answer["accounts"]:
        yield ""
        yield f"To sign in to the pages: {', '.join(answer['accounts'])}, each with the password"
        yield f"  {answer['password']}"
    yield ""
    if answer["tokens"]:
        yield from _tokens(url, answer["tokens"])
    else:
        yield "To use the API, take a token that you have, or make another; opq account makes accounts for the pages:"
        yield '  opq token create --role op_quantity_lead --name "Your Name"'
    yield ""
    yield "Stop with Ctrl-C. The log follows."


def _tokens(url: str, tokens: list[dict[str, Any]]) -> Iterator[RenderableType]:
    yield "Tokens, shown this once:"
    for token in tokens:
        yield f"  {token['name']} ({token['role']}):  {token['token']}"
    first = tokens[0]["token"]
    yield ""
    yield "To use the API and commands, in another terminal:"
    yield f"  export OPQ_TOKEN={first}"
    yield f'  curl -H "Authorization: Bearer $OPQ_TOKEN" {url}/api/v1/threat-levels'
    yield '  opq threat set national CRITICAL --reason "Trying it out"'

"""What ``opq up`` says first: where to look and how to sign in; and, if asked, an example estate to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from service.cli.show import number_of
from service.operations.context import Context
from service.operations.example import load_example
from service.operations.people import SYSTEM, Role
from service.operations.tokens import create_token, list_tokens

_PEOPLE = ((Role.OP_QUANTITY_LEAD, "Example Lead"), (Role.GOLD, "Example Gold"))


def make_example(context: Context) -> dict[str, Any]:
    """Load the example estate where the register is empty, and make a lead's and Gold's token where there is none.

    Gives how many ``premises`` were loaded and the ``tokens`` made.
    """
    loaded = load_example(context)["premises"]
    has_tokens = list_tokens(context, SYSTEM)["items"]
    tokens = [] if has_tokens else [create_token(context, SYSTEM, role.value, name) for role, name in _PEOPLE]
    return {"premises": loaded, "tokens": tokens}


def lines(answer: dict[str, Any]) -> Iterator[RenderableType]:
    """Where to look and how to sign in."""
    url = answer["url"]
    yield f"Op Quantity serves on {url}"
    yield f"  Documentation:  {url}/api/docs"
    yield f"  Is it ready?    {url}/readyz"
    if answer["premises"]:
        yield f"An invented estate of {number_of(answer['premises'], 'premises')} was loaded."
    yield ""
    if answer["tokens"]:
        yield from _tokens(url, answer["tokens"])
    else:
        yield "To sign in, use a token that you have, or make another:"
        yield '  opq token create --role op_quantity_lead --name "Your Name"'
    yield ""
    yield "Stop with Ctrl-C. The log follows."


def _tokens(url: str, tokens: list[dict[str, Any]]) -> Iterator[RenderableType]:
    yield "Tokens, shown this once:"
    for token in tokens:
        yield f"  {token['name']} ({token['role']}):  {token['token']}"
    first = tokens[0]["token"]
    yield ""
    yield "To sign in, in another terminal:"
    yield f"  export OPQ_TOKEN={first}"
    yield f'  curl -H "Authorization: Bearer $OPQ_TOKEN" {url}/api/v1/threat-levels'
    yield '  opq threat set national CRITICAL --reason "Trying it out"'

"""What ``opq up`` says first: where to look and how to sign in; and, if asked, an example estate to look at."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from rich.console import RenderableType

from service.cli.show import number_of
from service.errors import StoreFault
from service.operations.context import Context
from service.operations.importing import import_premises
from service.operations.people import SYSTEM, Role
from service.operations.register import list_premises
from service.operations.tokens import create_token, list_tokens

_PEOPLE = ((Role.OP_QUANTITY_LEAD, "Example Lead"), (Role.GOLD, "Example Gold"))


def load_example(context: Context) -> dict[str, Any]:
    """Load the invented estate if the register is empty, and make a token for a lead and one for Gold if there is none.

    Gives how many ``premises`` were loaded and the ``tokens`` made.
    """
    loaded = 0
    if not list_premises(context, SYSTEM, limit=1)["items"]:
        estate = files("service.examples").joinpath("estate.csv").read_bytes()
        answer = import_premises(context, SYSTEM, estate)
        if answer["status"] != "imported":
            raise StoreFault(f"the example estate could not be loaded: {answer['status']}")
        loaded = answer["added"]
    tokens = []
    if not list_tokens(context, SYSTEM)["items"]:
        tokens = [create_token(context, SYSTEM, role.value, name) for role, name in _PEOPLE]
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

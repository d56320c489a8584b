"""Tokens. Never under an Idempotency-Key, since its kept answer would hold the token."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.tokens import NewToken, TokenPage, TokenShown, TokenWish
from service.operations import tokens

routes = APIBlueprint("tokens", __name__, tag="People")


@routes.get("/tokens")
@contract("tokens.manage")
@routes.output(TokenPage)
def list_tokens() -> Response:
    """List all tokens, newest first"""
    return answered(tokens.list_tokens(context(), principal()))


@routes.post("/tokens")
@contract("tokens.manage")
@routes.input(TokenWish, arg_name="wish")
@routes.output(NewToken, 201)
def create_token(wish: TokenWish) -> Response:
    """Give a person a token

    The token is shown this once and never again.
    """
    answer = tokens.create_token(context(), principal(), wish.role, wish.name, wish.premises, wish.expires_in_days)
    return answered(answer, 201)


@routes.delete("/tokens/<number:token_id>")
@contract("tokens.manage")
@routes.output(TokenShown)
def revoke_token(token_id: int) -> Response:
    """Make a token useless at once"""
    return answered(tokens.revoke_token(context(), principal(), token_id))

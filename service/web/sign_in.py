"""Signing in with an account of our own, and signing out."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie

from service.api.caller import context
from service.errors import TooMany, Unauthenticated
from service.operations import sessions
from service.web import guard
from service.web.page import OPEN, SIGNED_IN, page

_OURS = re.compile(r"/(?![/\\])[^\\\s]*")


def add_to(pages: Blueprint) -> None:
    """Add the pages to ``pages``."""
    pages.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


@page(OPEN)
def sign_in() -> Any:
    """Ask for username and password, and begin a session."""
    then = request.values.get("then", "")
    if request.method == "GET":
        return _show("", None)
    username = request.form.get("username", "")
    try:
        token = sessions.sign_in(context(), username, request.form.get("password", ""), request.remote_addr or "")
    except (Unauthenticated, TooMany) as error:
        return failed(error.detail, username)
    begin(token)
    return onwards(then)


def onwards(then: str) -> Any:
    """Send the browser to the page that it wanted, if that is one of ours."""
    return redirect(then if _OURS.fullmatch(then) else url_for("pages.home"), 303)


def failed(fault: str, username: str = "") -> Any:
    """The form again, with what went wrong."""
    return _show(username, fault), 422


def _show(username: str, fault: str | None) -> str:
    then = request.values.get("then", "")
    return render_template("sign_in.html", then=then, username=username, fault=fault, lost="sent" in request.args)


def begin(token: str) -> None:
    """Give the browser a new session, and nothing of what it had before."""
    cookie.clear()
    cookie[guard.SESSION] = token
    cookie.permanent = True


@page(SIGNED_IN)
def sign_out() -> Any:
    """End the session."""
    sessions.sign_out(context(), guard.session())
    cookie.clear()
    return redirect(url_for("pages.sign_in"), 303)

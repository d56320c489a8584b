"""Somebody's password as proof of who they are, and how often it may be guessed."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network

import structlog

from service.errors import TooMany, Unauthenticated
from service.operations import passwords
from service.operations.context import Context
from service.store import accounts
from service.store.transactions import Reader
from service.store.types import Row

MOST_FAILURES, MOST_FAILURES_OF_ADDRESS = 5, 30
_MEMORY = timedelta(minutes=15)
_LONGEST_ADDRESS = 64


def by_password(context: Context, account: Row | None, username: str, password: str, address: str) -> Row:
    """The ``account`` of that ``username`` (None: there is none), if this is its password.

    Raises Unauthenticated when it is not, and TooMany after five failures from one network ``address`` for one
    username, or thirty for any, within a quarter of an hour. Failures elsewhere shut nobody out.
    """
    address = _place(address)
    with context.store.read() as reader:
        _check_patience(reader, username, address)
    if not passwords.matches(password, account["password_hash"] if account else None) or account is None:
        _note_failure(context, username, address)
        raise Unauthenticated("the password is wrong")
    return account


def _place(address: str) -> str:
    """Where somebody comes from: of IPv6 the /64, in which one device may have any number of addresses (RFC 8981)."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:_LONGEST_ADDRESS]
    if known.version == 4:
        return address
    return str(known.ipv4_mapped or ip_network((int(known), 64), strict=False))


def _check_patience(reader: Reader, username: str, address: str) -> None:
    for_username, in_all = accounts.failures(reader, username, address, reader.now - _MEMORY)
    if for_username >= MOST_FAILURES or in_all >= MOST_FAILURES_OF_ADDRESS:
        minutes = _MEMORY // timedelta(minutes=1)
        raise TooMany(f"there were too many failed attempts; wait {minutes} minutes, or ask an admin")


def _note_failure(context: Context, username: str, address: str) -> None:
    with context.store.housekeeping() as writer:
        accounts.forget_failures(writer, writer.now - _MEMORY)
        accounts.add_failure(writer, username, address)
    structlog.get_logger().warning("sign-in failed", address=address)

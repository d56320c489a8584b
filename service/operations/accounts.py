"""Accounts, by which people sign in to the pages: one a person, with their role and the premises that are theirs.

Whose role or premises change, who is disabled or given a new password is signed out everywhere, and their tokens, which
would keep the former rights, are revoked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.operations import passwords
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.operations.tokens import ROLES, check_premises
from service.store import accounts, people
from service.store.transactions import Reader, Writer
from service.store.types import Row

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")


def create_account(
    context: Context,
    principal: Principal,
    username: str,
    name: str,
    role: str,
    premises: Collection[str] = (),
    password: str | None = None,
) -> dict[str, Any]:
    """Make an account; without ``password`` it serves those whom the identity provider vouches for.

    Raises Invalid for a bad field, Conflict where the person or the username has one already.
    """
    username, name = username.strip().casefold(), name.strip()
    _check(username, name, role)
    if password is not None:
        passwords.check_password(password, username)
    kept = None if password is None else passwords.hashed(password)
    with context.store.write(deciding=True) as writer:
        account_id = add(writer, username, name, role, premises, password_hash=kept)
        _record(writer, principal, "account.created", account_id)
        return shown(known(writer, account_id))


def add(writer: Writer, username: str, name: str, role: str, premises: Collection[str], **more: str | None) -> int:
    """Write an account; gives its id. Raises Invalid (premises), or Conflict as ``create_account`` does."""
    check_premises(writer, premises)
    person_id = people.person_id(writer, name)
    if accounts.of_person(writer, person_id) or accounts.by_username(writer, username):
        raise Conflict(f"{name} or {username} has an account already")
    row = {"person_id": person_id, "username": username, "role": role, "premises": sorted(set(premises))}
    return accounts.add(writer, {**row, **more, "created_at": writer.at})


def _check(username: str, name: str, role: str) -> None:
    faults = []
    if not _USERNAME.fullmatch(username):
        faults.append(FieldFault("username", "must be small letters, digits, dots, hyphens or @, such as a.jones"))
    if fault := text_fault(name, 200, required=True):
        faults.append(FieldFault("name", fault))
    if role not in ROLES:
        faults.append(FieldFault("role", f"must be one of {', '.join(ROLES)}"))
    if faults:
        raise Invalid("the account cannot be made", fields=tuple(faults))


def list_accounts(context: Context, principal: Principal) -> dict[str, Any]:
    """Every account, by name, without what signs in."""
    with context.store.read() as reader:
        return {"items": [shown(row) for row in accounts.all_accounts(reader)], "next": None}


def get_account(context: Context, principal: Principal, account_id: int) -> dict[str, Any]:
    """One account. Raises NotFound."""
    with context.store.read() as reader:
        return shown(known(reader, account_id))


def change_account(
    context: Context,
    principal: Principal,
    account_id: int,
    role: str,
    premises: Collection[str],
    disabled: bool = False,
) -> dict[str, Any]:
    """Give a person another role or other premises, or take their account away from them.

    Raises Forbidden for one's own account, Invalid (role, premises) or NotFound.
    """
    if role not in ROLES:
        raise Invalid("there is no such role", fields=(FieldFault("role", f"must be one of {', '.join(ROLES)}"),))
    with context.store.write(deciding=True) as writer:
        row = _others(writer, principal, account_id)
        check_premises(writer, premises)
        disabled_at = (row["disabled_at"] or writer.at) if disabled else None
        accounts.change(writer, account_id, role=role, premises=sorted(set(premises)), disabled_at=disabled_at)
        shut_out(writer, row)
        _record(writer, principal, "account.changed", account_id)
        return shown(known(writer, account_id))


def reset_password(context: Context, principal: Principal, account_id: int) -> dict[str, Any]:
    """Give somebody a new ``password``, shown this once. Raises Forbidden for one's own account, or NotFound."""
    password = passwords.new_password()
    kept = passwords.hashed(password)
    with context.store.write() as writer:
        row = _others(writer, principal, account_id)
        accounts.change(writer, account_id, password_hash=kept)
        shut_out(writer, row)
        _record(writer, principal, "account.password_reset", account_id)
        return {**shown(known(writer, account_id)), "password": password}


def _others(reader: Reader, principal: Principal, account_id: int) -> Row:
    row = known(reader, account_id)
    if row["person_id"] == principal.person_id:
        raise Forbidden("nobody changes their own account; ask another admin")
    return row


def known(reader: Reader, account_id: int) -> Row:
    """The row of an account with its person's name. Raises NotFound."""
    row = accounts.by_id(reader, account_id)
    if row is None:
        raise NotFound(f"there is no account {account_id}")
    return row


def shut_out(writer: Writer, row: Row) -> None:
    """End what is open to the former rights of an account: its sessions, and its person's tokens."""
    accounts.end_sessions(writer, row["id"])
    people.revoke_of(writer, row["person_id"])


def _record(writer: Writer, principal: Principal, action: str, account_id: int) -> None:
    detail = shown(known(writer, account_id))
    writer.record(principal.actor, action, f"account/{account_id}", {**detail, "by": principal.name})


def shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An account, without what signs in."""
    kept = {name: row[name] for name in ("id", "username", "name", "role", "premises")}
    times = {name: instant(row[name]) for name in ("created_at", "disabled_at")}
    ways = {"has_password": row["password_hash"] is not None, "by_provider": row["subject"] is not None}
    return {**kept, **times, **ways}

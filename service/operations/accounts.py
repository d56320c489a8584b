"""Accounts, by which people sign in to the pages: one a person, with their role and the premises that are theirs."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from service.errors import Conflict, FieldFault, Invalid
from service.operations import passwords
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.plain_text import text_fault
from service.operations.tokens import ROLES, check_premises
from service.store import accounts, people

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
        check_premises(writer, premises)
        person_id = people.person_id(writer, name)
        if accounts.of_person(writer, person_id) or accounts.by_username(writer, username):
            raise Conflict(f"{name} or {username} has an account already")
        row = {"person_id": person_id, "username": username, "role": role, "premises": sorted(set(premises))}
        account_id = accounts.add(writer, {**row, "password_hash": kept, "created_at": writer.at})
        shown = {"id": account_id, "username": username, "name": name, "role": role, "premises": row["premises"]}
        writer.record(principal.actor, "account.created", f"account/{account_id}", {**shown, "by": principal.name})
    return shown


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

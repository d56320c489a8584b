"""The heads of the record, noted in a file outside the database, so that an older copy put in its place is told.

A copy verifies by itself, since its head was sealed once. The file has a line for each head that a reading of the
record found: instant, sequence, hash and seal. Nothing in it is secret, and it is only ever added to.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service.clock import rfc3339
from service.store.record import Head, seal

_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Noted:
    """The heads in the file, and the faults of the file itself."""

    heads: frozenset[Head] = frozenset()
    faults: tuple[str, ...] = ()


def read(file: Path, key: bytes) -> Noted:
    """The heads noted in ``file``, none where there is no file; a line that this key did not seal is a fault."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        return Noted(faults=(f"{file}: the heads noted there cannot be read ({type(error).__name__})",))
    heads, faults = set(), []
    for number, line in enumerate(lines, 1):
        head = _head(line, key)
        if head is None:
            faults.append(f"{file}, line {number}: was not noted with this installation's key")
        else:
            heads.add(head)
    return Noted(frozenset(heads), tuple(faults))


def note(file: Path, at: datetime, head: Head, key: bytes) -> None:
    """Add a head to ``file``, unless it is there. Raises OSError."""
    if head in read(file, key).heads:
        return
    sequence, hash_ = head
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as noted:
        noted.write(f"{rfc3339(at)} {sequence} {hash_} {seal(key, sequence, hash_)}\n")


def _head(line: str, key: bytes) -> Head | None:
    words = line.split(" ")
    if len(words) != 4 or not _NUMBER.fullmatch(words[1]):
        return None
    sequence, hash_ = int(words[1]), words[2]
    sealed = seal(key, sequence, hash_)
    return (sequence, hash_) if hmac.compare_digest(words[3].encode(), sealed.encode()) else None

"""What a source said, and how the attempt to hear it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.levels import Scope, ThreatLevel


class FeedError(Exception):
    """A source gave no reading. Its text is a plain sentence that says why."""


class Unreadable(FeedError):
    """A body came, but it states no clear national level."""


class Unreachable(FeedError):
    """No usable answer came: no connection, no whole body in time, or an HTTP status other than success."""


@dataclass(frozen=True)
class Reading:
    """What one source says the threat levels are.

    ``levels`` holds the national level, and the Northern Ireland one where the body states it clearly;
    ``note`` says in a sentence what was left out, or is empty. ``stamp`` is the source's own time as it wrote
    it, at most 100 characters with single spaces, empty when it gave none; ``stamped_at`` is that time as an
    aware UTC instant, None when it cannot be read. A stamp tells when the source was edited, not when a level
    changed: a change of the Northern Ireland level alone moves it too.
    """

    source: str
    levels: Mapping[Scope, ThreatLevel]
    stamp: str
    stamped_at: datetime | None
    note: str = ""


class Outcome(StrEnum):
    """How a fetch ended."""

    READ = "read"
    NOT_MODIFIED = "not_modified"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Fetched:
    """One attempt to read a source.

    ``reading`` is set when the outcome is READ; ``reason`` is a plain sentence. ``body`` is the text that
    came, safe to store, cut at the size bound; ``sha256`` is the hexadecimal digest of its bytes (after any
    gzip), None when no body came. ``etag`` and ``last_modified`` are the validators to send next time: they
    are None unless the outcome is READ or NOT_MODIFIED, so that a body which could not be read is asked for
    in full again. ``status`` is the HTTP status code, None for a file or when no answer came.
    """

    outcome: Outcome
    reading: Reading | None = None
    reason: str = ""
    body: str = ""
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    status: int | None = None

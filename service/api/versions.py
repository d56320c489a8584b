"""Versions that readers name: ``ETag``, ``If-None-Match`` and ``If-Match`` (RFC 9110)."""

from __future__ import annotations

import re

from flask import Response, request

from service.errors import Conflict, FieldFault, Invalid, PreconditionMissing

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"

_PREMISES = re.compile(r'"([0-9]{1,9})"')
_CHECKLIST = re.compile(r'"([0-9]{1,18})\.([0-9]{1,9})\.[^"]*"')


def tagged(answer: Response, etag: str) -> Response:
    """``answer`` as one that its reader may keep, but must ask about each time."""
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Authorization"
    return answer


def known_etags() -> list[str]:
    """The versions that the caller has already."""
    return list(request.if_none_match.as_set(include_weak=True))


def premises_version() -> int | None:
    """The version of a premises that the caller saw, None where they do not say. Raises Invalid."""
    sent = request.headers.get(IF_MATCH)
    if sent is None:
        return None
    return int(_parts(_PREMISES, sent)[0])


def checklist_version(checklist_id: int) -> int:
    """The version of this list that the caller saw.

    Raises PreconditionMissing where they do not say, Invalid for no ETag of a list, Conflict for one of another list.
    """
    sent = request.headers.get(IF_MATCH)
    if sent is None:
        raise PreconditionMissing(f"send {IF_MATCH} with the ETag of the checklist that you saw")
    list_id, version = _parts(_CHECKLIST, sent)
    if int(list_id) != checklist_id:
        raise Conflict(f"that is a version of checklist {list_id}, and this is checklist {checklist_id}")
    return int(version)


def _parts(form: re.Pattern[str], sent: str) -> tuple[str, ...]:
    found = form.fullmatch(sent.strip())
    if found is None:
        message = "must be one ETag, just as the answer gave it"
        raise Invalid(f"{IF_MATCH} {message}", fields=(FieldFault(IF_MATCH, message),))
    return found.groups()

"""What is wrong with the installation, in the words of those who use it, and what they do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.api.caller import context
from service.operations import health
from service.web.wording import time_of_day

_RING = "Ring the people who run the service"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: what it means in ``words``, its ``remedy``, and the ``page`` (an endpoint) where that
    is done, None where it is done elsewhere."""

    words: str
    remedy: str
    page: str | None = None


TROUBLES = {
    "database": Trouble("What is stored cannot be read.", f"{_RING}, and work from the paper pack until they mend it."),
    "migrations": Trouble("The service was renewed, and what it stores was not.", f"{_RING}; change no level before."),
    "policy": Trouble("The rules or the plan in force are not those loaded here.", f"{_RING}; change no level before."),
    "engine": Trouble(
        "The second check of levels failed, or disagreed; where it did, the more severe level stands.",
        f"{_RING}. If a level looks wrong, vary that premises.",
    ),
    "worker": Trouble(
        "Since {since} the national feed was not read and nobody was told of changes.",
        "Check the national level by hand, and ring the people who run the service.",
        "ask_change",
    ),
    "feeds": Trouble(
        "Nothing has been read from the national feed since {since}.",
        "Check the level by hand, and change it if it differs.",
        "ask_change",
    ),
    "record": Trouble(
        "The record is not as it was written.", "Verify it, and tell the auditor what is found.", "verify_record"
    ),
}
"""What each check of readiness that is not well means; ``{since}`` is when it was last seen to be."""


def state() -> dict[str, Any]:
    """The ``troubles`` that there are now, first what others depend on; when a worker last ``worked_at``; and whether
    levels are ``decided_once``, without a second check, which is a choice of those who run the service and no trouble.
    """
    checks = health.readiness(context())["checks"]
    return {
        "troubles": [_told(check["name"], check["since"]) for check in checks if check["status"] != health.OK],
        "worked_at": next((check["since"] for check in checks if check["name"] == "worker"), None),
        "decided_once": context().settings.engine == "reference",
    }


def _told(name: str, since: str | None) -> Trouble:
    trouble = TROUBLES[name]
    words = trouble.words.format(since=time_of_day(since) if since else "it was set up")
    return Trouble(words, trouble.remedy, trouble.page)

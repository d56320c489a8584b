"""Every operation that writes, each with a state from which it can be done: what the reliability tests run through.

A test about the repository checks that no operation that opens a writing transaction is missing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.operations.context import Context
from tests import builders, lists
from tests.fakes import FrozenClock
from tests.reliability.account_writers import ACCOUNT_CASES
from tests.reliability.case import WriterCase
from tests.reliability.estate_writers import ESTATE_CASES
from tests.reliability.list_writers import LIST_CASES
from tests.reliability.reading_writers import READING_CASES
from tests.reliability.threat_writers import THREAT_CASES
from tests.reliability.webhook_writers import WEBHOOK_CASES

CASES: list[WriterCase] = [*THREAT_CASES, *READING_CASES, *ESTATE_CASES, *LIST_CASES, *WEBHOOK_CASES, *ACCOUNT_CASES]


@contextmanager
def two_premises(url: str, clock: FrozenClock | None = None) -> Iterator[Context]:
    """The estate that every case starts from: alder and birch, under the small plan, and no threat level known."""
    with builders.context_on(url, clock=clock, policy=lists.small_policy()) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "kinds": ["custody"]})
        yield context

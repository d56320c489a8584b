"""Two at once, without threads: a context in which somebody else is always a little faster, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.operations.context import Context
from service.store.transactions import Store, Writer
from tests.builders import KEY


class _Racing(Store):
    first: Callable[[], object] | None = None

    @contextmanager
    def write(self, *, deciding: bool = False) -> Iterator[Writer]:
        first, self.first = self.first, None
        if first:
            first()
        with super().write(deciding=deciding) as writer:
            yield writer


@contextmanager
def slower(context: Context, first: Callable[[], object]) -> Iterator[Context]:
    """As ``context``, on a store of its own that lets ``first`` go first when it is about to write."""
    racing = _Racing(context.settings.database_url, context.store.clock, KEY)
    racing.first = first
    try:
        yield Context(racing, context.policy, context.settings)
    finally:
        racing.close()

"""``python -m benchmarks [NAME]``: run the benchmarks in turn, or one of them, and print their figures."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import checklist_http, copying, deliveries, engine_soak, fan_out, importing, level_change, packs, pages

BENCHMARKS: dict[str, Callable[[], object]] = {
    "level-change": level_change.main,
    "checklist-http": checklist_http.main,
    "pages": pages.main,
    "packs": packs.main,
    "deliveries": deliveries.main,
    "fan-out": fan_out.main,
    "import": importing.main,
    "copying": copying.main,
    "engine-soak": lambda: engine_soak.main([]),
}

for name in sys.argv[1:] or BENCHMARKS:
    print(f"\n{name}")
    BENCHMARKS[name]()

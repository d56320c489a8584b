"""``python -m benchmarks``: run every benchmark in turn and print its figures."""

from __future__ import annotations

from benchmarks import level_change

level_change.main()

"""The example estate: invented premises of all kinds, to try the product with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from service.operations.context import Context
from service.operations.importing import import_premises
from service.operations.people import SYSTEM
from service.store import register

ESTATE = Path(__file__).parents[1] / "examples" / "estate.csv"


def load_example(context: Context) -> dict[str, Any]:
    """Register the example estate unless the register ever held a premises. Gives ``loaded`` and ``premises``."""
    with context.store.read() as reader:
        if register.any_registered(reader):
            return {"loaded": False, "premises": 0}
    answer = import_premises(context, SYSTEM, ESTATE.read_bytes())
    return {"loaded": True, "premises": answer["added"]}

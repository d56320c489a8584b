"""The chain as data: every way of tampering with it shows."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from service.store import record
from tests.builders import KEY, NOON

ENTRIES = 12
TRIALS = 10_000


def test_an_untouched_chain_is_valid() -> None:
    rows, head = _chain()
    found = record.check(rows, head, KEY)
    assert found == record.Verification(ENTRIES, rows[-1]["hash"], ())
    assert found.valid


def test_an_empty_chain_with_its_own_head_is_valid() -> None:
    _, head = _chain(0)
    assert record.check([], head, KEY).valid


def test_a_missing_head_is_found() -> None:
    rows, _ = _chain()
    assert record.check(rows, None, KEY).faults == ("head: missing",)


def test_a_detail_that_was_disposed_of_leaves_the_chain_whole() -> None:
    rows, head = _chain()
    rows[3]["detail"] = None
    assert record.check(rows, head, KEY).valid


def test_a_chain_rewritten_from_end_to_end_without_the_key_is_found_by_its_seal() -> None:
    rows, head = _chain()
    forged, forged_head = _chain(action="something.else", key=b"another key")
    assert record.check(forged, forged_head, KEY).faults == (
        "head: the seal was not made with this installation's key",
    )
    assert record.check(rows, head, KEY).valid


def test_taking_the_id_of_the_request_away_is_found() -> None:
    rows, head = _chain()
    rows[4]["request_id"] = None
    assert record.check(rows, head, KEY).faults == ("entry 5: was edited",)


def test_the_hash_of_an_entry_from_before_there_were_ids_of_requests_and_digests_of_rows_is_as_it_was() -> None:
    rows, _ = _chain(1)
    row = {**rows[0], "request_id": None, "rows": None}
    fields = ("sequence", "at", "actor", "action", "subject", "detail_digest", "previous_hash")
    assert record.entry_hash(row) == record.digest([row[field] for field in fields])


def test_ten_thousand_random_edits_deletions_swaps_and_truncations_are_all_found() -> None:
    chance = random.Random(448)
    missed = []
    for trial in range(TRIALS):
        rows, head = _chain()
        what = chance.choice([_edit, _edit_detail, _delete, _swap, _truncate, _rehash])(rows, chance)
        if record.check(rows, head, KEY).valid:
            missed.append((trial, what))
    assert missed == []


def _chain(
    entries: int = ENTRIES, action: str = "something.done", key: bytes = KEY
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous = record.ZERO_HASH
    for sequence in range(1, entries + 1):
        detail = record.canonical({"number": sequence})
        row: dict[str, Any] = {
            "sequence": sequence,
            "at": NOON + timedelta(minutes=sequence),
            "actor": f"person/{sequence % 3}",
            "action": action,
            "subject": f"premises/p{sequence % 4}",
            "request_id": f"request-{sequence}",
            "detail": detail,
            "rows": {"checklists.issued_at": [sequence, "0" * 64]},
            "detail_digest": record.digest({"number": sequence}),
            "previous_hash": previous,
        }
        row["hash"] = previous = record.entry_hash(row)
        rows.append(row)
    head = {"sequence": entries, "hash": previous, "seal": record.seal(key, entries, previous)}
    return rows, head


def _edit(rows: list[dict[str, Any]], chance: random.Random) -> str:
    row, field = (
        chance.choice(rows),
        chance.choice(["at", "actor", "action", "subject", "request_id", "detail_digest", "previous_hash", "hash"]),
    )
    if field == "at":
        row[field] += timedelta(microseconds=chance.randrange(1, 10**12))
    else:
        place = chance.randrange(len(row[field]))
        row[field] = (
            row[field][:place] + chr(ord(row[field][place]) ^ chance.randrange(1, 16)) + row[field][place + 1 :]
        )
    return f"edit of {field} in {row['sequence']}"


def _edit_detail(rows: list[dict[str, Any]], chance: random.Random) -> str:
    row = chance.choice(rows)
    row["detail"] = row["detail"].replace("number", chance.choice(["numbers", "Number", "nombre"]))
    return f"detail of {row['sequence']}"


def _delete(rows: list[dict[str, Any]], chance: random.Random) -> str:
    return f"deletion of {rows.pop(chance.randrange(len(rows)))['sequence']}"


def _swap(rows: list[dict[str, Any]], chance: random.Random) -> str:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one]["sequence"], rows[other]["sequence"] = rows[other]["sequence"], rows[one]["sequence"]
    rows.sort(key=lambda row: row["sequence"])
    return f"swap of {one + 1} and {other + 1}"


def _truncate(rows: list[dict[str, Any]], chance: random.Random) -> str:
    del rows[chance.randrange(len(rows)) :]
    return f"truncation after {len(rows)}"


def _rehash(rows: list[dict[str, Any]], chance: random.Random) -> str:
    first = chance.randrange(len(rows))
    rows[first]["action"] = "something.forged"
    previous = rows[first]["previous_hash"]
    for row in rows[first:]:
        row["previous_hash"] = previous
        row["hash"] = previous = record.entry_hash(row)
    return f"edit of {first + 1} with all later hashes made anew"

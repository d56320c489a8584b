"""What becomes of one subject's finished work when another list takes the place of the one it was done on.

Plain reckoning over option ids: nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settlement:
    """``standing_down`` is the stand-down list afterwards, by option with the instant since when it stands there.

    ``ended`` are the options whose states end on the response list, ``ended_reversals`` those on the stand-down list.
    """

    standing_down: Mapping[str, str]
    ended: frozenset[str]
    ended_reversals: frozenset[str]


def settle(
    menu: Collection[str],
    done: Mapping[str, bool],
    reversible: Collection[str],
    standing_down: Mapping[str, str],
    reversed_: Mapping[str, bool],
    at: str,
) -> Settlement:
    """Settle touched options against the new ``menu``.

    ``done`` says of each touched option whether it is done, in any of its turns; ``reversible`` are options with a
    reverse step; ``standing_down`` is the stand-down list so far, and ``reversed_`` what is done on it.

    What stays on the menu carries over. What left it is put on the stand-down list if it was done and can be reversed,
    and is over otherwise. What comes back leaves the stand-down list: it counts as done again, unless it was reversed
    already; then it is asked for anew.
    """
    back = {option for option in standing_down if option in menu}
    left = {option for option in done if option not in menu and option not in standing_down}
    to_reverse = {option for option in left if done[option] and option in reversible}
    return Settlement(
        standing_down={
            **{option: since for option, since in standing_down.items() if option not in back},
            **dict.fromkeys(sorted(to_reverse), at),
        },
        ended=frozenset(left - to_reverse) | {option for option in back if reversed_.get(option)},
        ended_reversals=frozenset(back),
    )

from __future__ import annotations

import pytest

from service.web.wording import when


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        ("2026-10-24T23:59:00Z", "25 October 2026, 00:59"),
        ("2026-10-25T00:30:00Z", "25 October 2026, 01:30 BST"),
        ("2026-10-25T01:30:00Z", "25 October 2026, 01:30 GMT"),
        ("2026-10-25T02:00:00Z", "25 October 2026, 02:00"),
        ("2027-03-28T00:59:00Z", "28 March 2027, 00:59"),
        ("2027-03-28T01:00:00Z", "28 March 2027, 02:00"),
    ],
)
def test_a_time_tells_which_of_two_hours_it_means_when_the_clocks_go_back(instant: str, told: str) -> None:
    assert when(instant) == told

"""The board of 1,000 premises and the page of one of them, as a browser gets them from the product's own server.

One browser asks, one page after the other, on a kept connection; the first few answers are not counted.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import requests

from benchmarks.checklist_http import server
from benchmarks.estates import rows
from rules.levels import Scope, ThreatLevel
from service.bootstrap import init, open_context
from service.config import Settings
from service.operations import accounts, checklists, items
from service.operations.context import Context
from service.operations.importing import import_premises
from service.operations.people import SYSTEM
from service.operations.premises_csv import write_csv
from service.operations.threat import ThreatWish, set_level

PREMISES, REQUESTS, UNCOUNTED = 1_000, 200, 5
USERNAME, PASSWORD = "bench", "three words for one"
PAGES = {"board": "/board", "board, the part that is fetched again": "/board/now", "premises": "/premises/site-000000"}


def main() -> None:
    """Print milliseconds and bytes of each page."""
    print(f"{'page':<42} {'p50, ms':>8} {'p95, ms':>8} {'bytes':>8}")
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder))
        with server("product", folder) as port, requests.Session() as browser:
            address = f"http://127.0.0.1:{port}"
            _sign_in(browser, address)
            for name, path in PAGES.items():
                times, size = _measure(browser, address + path)
                print(f"{name:<42} {median(times):>8.0f} {quantiles(times, n=20)[-1]:>8.0f} {size:>8,}")


def _prepare(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    init(settings)
    context = open_context(settings)
    import_premises(context, SYSTEM, "".join(write_csv(rows(PREMISES, context.store.clock.now()))).encode())
    set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark"))
    _work(context)
    accounts.create_account(context, SYSTEM, USERNAME, "Bench Lead", "op_quantity_lead", password=PASSWORD)
    context.store.close()


def _work(context: Context) -> None:
    """Ten items done at each of a hundred premises."""
    for number in range(100):
        seen = checklists.present_checklist(context, SYSTEM, f"site-{number:06d}")
        for item in seen["items"][:10]:
            items.tick(context, SYSTEM, seen["id"], item["option_id"], "done", "", seen["version"])


def _sign_in(browser: requests.Session, address: str) -> None:
    form = browser.get(f"{address}/sign-in").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', form)[0]
    said = {"csrf_token": token, "username": USERNAME, "password": PASSWORD}
    browser.post(f"{address}/sign-in", data=said).raise_for_status()


def _measure(browser: requests.Session, address: str) -> tuple[list[float], int]:
    """Milliseconds of each request, and the bytes of the last answer."""
    times: list[float] = []
    for _ in range(REQUESTS + UNCOUNTED):
        start = time.perf_counter()
        answer = browser.get(address, allow_redirects=False)
        times.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return times[UNCOUNTED:], len(answer.content)

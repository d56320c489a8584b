from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from service.logs import during_request, set_up_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_log_line_is_json_with_level_logger_and_utc_time(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream)
    structlog.get_logger("service.operations").info("threat change accepted", scope="national", premises=40)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "threat change accepted",
        "level": "info",
        "logger": "service.operations",
        "premises": 40,
        "scope": "national",
    }


def test_a_library_that_logs_the_standard_way_comes_out_alike(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream)
    logging.getLogger("apscheduler").warning("missed by %s s", 3)
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("missed by 3 s", "warning", "apscheduler")


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    set_up_logs("WARNING", stream)
    structlog.get_logger("service").info("quiet")
    logging.getLogger("library").info("quiet")
    assert lines(stream) == []


def test_lines_of_a_request_carry_its_id_and_later_ones_do_not(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream)
    with during_request("r-1"):
        structlog.get_logger("service").info("inside")
        logging.getLogger("library").warning("inside")
    structlog.get_logger("service").info("outside")
    assert [line.get("request_id") for line in lines(stream)] == ["r-1", "r-1", None]


def test_secrets_and_free_text_are_never_written(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream)
    structlog.get_logger("service").info(
        "request",
        OPQ_TOKEN="hush",
        note="hush",
        headers={"Authorization": "hush", "Accept": "text/html"},
        hooks=[{"id": 7, "client_secret": "hush"}],
    )
    assert "hush" not in stream.getvalue()
    (line,) = lines(stream)
    assert line["headers"] == {"Accept": "text/html"}
    assert line["hooks"] == [{"id": 7}]


def test_a_traceback_is_written_without_the_values_of_variables(stream: io.StringIO) -> None:
    set_up_logs("INFO", stream)
    password = "".join(["hu", "sh"])
    try:
        {}[len(password)]
    except KeyError:
        structlog.get_logger("service").exception("failed")
    (line,) = lines(stream)
    assert "KeyError: 4" in line["exception"]
    assert password not in stream.getvalue()

"""How the way to the feed looks names up: within a time, every address in turn, and the name kept for the rest."""

from __future__ import annotations

from threading import Event
from urllib.parse import urlsplit

import pytest
import requests

from service.deadline import Deadline, DeadlineAdapter
from service.looking_up import LookUps, Resolve
from tests.feed_server import FeedServer, feed_xml


def get(url: str, look_up: Resolve) -> requests.Response:
    with Deadline(20) as deadline, requests.Session() as session:
        session.trust_env = False
        session.mount("http://", DeadlineAdapter(deadline, look_up))
        return session.get(url, timeout=10)


def named(server: FeedServer) -> str:
    parts = urlsplit(server.url)
    return parts._replace(netloc=f"feed.example:{parts.port}").geturl()


def test_the_next_address_is_tried_where_one_refuses(server: FeedServer) -> None:
    server.serve(feed_xml())
    answer = get(named(server), lambda *_: ["127.0.0.2", "127.0.0.1"])
    assert answer.status_code == 200
    assert urlsplit(answer.request.url).hostname == "feed.example"


@pytest.mark.parametrize("addresses", [[], ["127.0.0.2"], ["127.0.0.2", "127.0.0.3"]])
def test_a_name_without_an_address_that_answers_is_unreachable(server: FeedServer, addresses: list[str]) -> None:
    with pytest.raises(requests.ConnectionError):
        get(named(server), lambda *_: addresses)


def test_a_name_server_that_hangs_is_given_up(server: FeedServer) -> None:
    let_go = Event()

    def hang(host: str, port: int) -> list[str]:
        let_go.wait()
        return ["127.0.0.1"]

    with pytest.raises(requests.ConnectionError, match=r"was not looked up within 0\.01 s"):
        get(named(server), LookUps(hang, 0.01))
    let_go.set()

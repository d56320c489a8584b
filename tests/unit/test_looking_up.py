"""Names are looked up within a time, however long the resolver takes, in a bounded number of threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import Barrier, Event, Thread

import pytest

from service.looking_up import LookUps, ask_system

PROMPT, HANGING = "prompt.example", "hanging.example"
AT_ONCE, PATIENT = 0.01, 20.0


class Resolver:
    """Answers at once, but for the hosts that it is to hang at, until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = Event()

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host.endswith(HANGING):
            self.let_go.wait()
        if host == "unknown.example":
            raise OSError("there is no such name")
        return ["192.0.2.7"]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    resolver = Resolver()
    yield resolver
    resolver.let_go.set()
    for thread in look_up_threads():
        thread.join()


def look_up_threads() -> list[Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "look-up"]


def test_a_name_is_looked_up_and_an_address_is_itself(resolver: Resolver) -> None:
    look_up = LookUps(resolver)
    assert look_up(PROMPT, 443) == ["192.0.2.7"]
    assert look_up("127.0.0.1", 443) == ["127.0.0.1"]
    assert look_up("2001:db8::1", 443) == ["2001:db8::1"]
    assert resolver.asked == [PROMPT]


def test_what_the_resolver_refuses_is_refused(resolver: Resolver) -> None:
    with pytest.raises(OSError, match="no such name"):
        LookUps(resolver)("unknown.example", 443)


def test_a_resolver_that_hangs_is_given_up_and_others_are_answered(resolver: Resolver) -> None:
    look_up = LookUps(resolver, AT_ONCE)
    with pytest.raises(OSError, match=r"hanging\.example was not looked up within 0\.01 s"):
        look_up(HANGING, 443)
    assert LookUps(resolver, PATIENT)(PROMPT, 443) == ["192.0.2.7"]


def test_a_name_that_hangs_takes_one_thread_however_often_it_is_asked_for(resolver: Resolver) -> None:
    look_up = LookUps(resolver, AT_ONCE)
    for _ in range(20):
        with pytest.raises(OSError, match="was not looked up"):
            look_up(HANGING, 443)
    assert resolver.asked == [HANGING]
    assert len(look_up_threads()) == 1


def test_many_names_that_hang_take_no_more_threads_than_allowed(resolver: Resolver) -> None:
    look_up = LookUps(resolver, AT_ONCE, most=3)
    for number in range(20):
        with pytest.raises(OSError, match=r"was not looked up|while 3 other names are"):
            look_up(f"{number}.{HANGING}", 443)
    assert len(resolver.asked) == len(look_up_threads()) == 3


def test_once_the_resolver_answers_the_name_is_looked_up_anew(resolver: Resolver) -> None:
    look_up = LookUps(resolver, AT_ONCE, most=1)
    with pytest.raises(OSError, match="was not looked up"):
        look_up(HANGING, 443)
    resolver.let_go.set()
    for thread in look_up_threads():
        thread.join()
    patient = LookUps(resolver, PATIENT, most=1)
    assert patient(HANGING, 443) == patient(HANGING, 443) == ["192.0.2.7"]
    assert resolver.asked == [HANGING] * 3


def test_all_who_ask_for_a_name_at_a_time_are_answered(resolver: Resolver) -> None:
    look_up, start, answers = LookUps(resolver, PATIENT), Barrier(8), list[list[str]]()

    def ask() -> None:
        start.wait()
        answers.append(look_up(PROMPT, 443))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["192.0.2.7"]] * 8


def test_the_system_knows_this_machine_and_refuses_what_is_no_name() -> None:
    assert ask_system("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(OSError, match="is no name"):
        ask_system("a" * 70 + ".example", 80)

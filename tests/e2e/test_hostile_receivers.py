"""Receivers that are slow, broken or hostile cost a sender no more than its timeout, and lead it nowhere."""

from __future__ import annotations

import socket
import tracemalloc
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from service.webhooks.addresses import RefusedAddress, parse_allowed
from service.webhooks.sending import KEPT, Line, check_url
from tests.receiver import Behaviour, Receiver, certificate_for, drip, hang_up, head, silence

ALLOWED = parse_allowed(["127.0.0.0/8"])
METADATA = "http://169.254.169.254/latest/meta-data/"


def test_a_message_arrives_as_it_was_sent() -> None:
    with Receiver() as receiver, Line(receiver.at("/hook?of=us"), ALLOWED) as line:
        answer = line.post({"webhook-id": "evt_1"}, b"{}")
        assert (answer.status, answer.accepted, answer.error) == (204, True, None)
        [message] = receiver.messages
        assert (message.path, message.body) == ("/hook?of=us", b"{}")
        assert message.headers["webhook-id"] == "evt_1"
        assert message.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_messages_that_follow_share_a_connection_and_survive_its_end() -> None:
    with Receiver() as receiver, Line(receiver.at(), ALLOWED) as line:
        for _ in range(3):
            assert line.post({}, b"1").accepted
        assert receiver.connections == 1
        line.close()
        assert line.post({}, b"2").accepted
        assert receiver.connections == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(status: int) -> None:
    with Receiver() as receiver, Receiver() as elsewhere, Line(receiver.at(), ALLOWED) as line:
        for target in (METADATA, elsewhere.at()):
            receiver.answers("/hook", status, {"Location": target})
            answer = line.post({}, b"{}")
            assert (answer.accepted, answer.status, answer.error) == (False, status, f"answered {status}")
        assert elsewhere.messages == []
        assert len(receiver.messages) == 2


def one_byte_chunks(client: socket.socket, closing: Event) -> None:
    client.sendall(head(200, {"Transfer-Encoding": "chunked"}))
    drip(b"", b"1\r\nx\r\n", 0)(client, closing)


def broken_chunks(client: socket.socket, _: Event) -> None:
    client.sendall(head(200, {"Transfer-Encoding": "chunked"}) + b"zz\r\n")


def chunks_of(size: bytes, step: int) -> Behaviour:
    return drip(head(200, {"Transfer-Encoding": "chunked"}) + size + b"\r\n", b"x" * step, 0)


ACCEPTS_STRANGELY: dict[str, Behaviour] = {
    "an endless body": drip(head(200), b"x" * 65_536, 0),
    "an endless body of known length": drip(head(200, {"Content-Length": str(10**15)}), b"x" * 65_536, 0),
    "a body that drips": drip(head(200)),
    "chunks of one byte": one_byte_chunks,
    "chunks that are none": broken_chunks,
    "a chunk of less than nothing": chunks_of(b"-5", 65_536),
    "a chunk of all there is": chunks_of(b"-1", 65_536),
    "a body of zeros": drip(head(200), b"\0" * 100, 0),
    "a body that ends early": lambda client, _: client.sendall(head(200, {"Content-Length": "10"}) + b"x"),
}

NEVER_ANSWERS: dict[str, Behaviour] = {
    "silence": silence,
    "hanging up": hang_up,
    "a head that drips": drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "endless continues": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0),
    "endless hints": drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 0),
    "a header without end": drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65_536, 0),
    "headers without end": drip(b"HTTP/1.1 200 OK\r\n", b"X-Many: x\r\n" * 50, 0),
    "no HTTP": lambda client, _: client.sendall(b"SSH-2.0-OpenSSH\r\n\0\0\r\n"),
    "a status without end": drip(b"HTTP/1.1 ", b"2" * 65_536, 0),
}


@pytest.mark.parametrize("behaviour", ACCEPTS_STRANGELY.values(), ids=ACCEPTS_STRANGELY)
def test_what_a_receiver_adds_to_its_yes_is_bounded(behaviour: Behaviour) -> None:
    with Receiver() as receiver, Line(receiver.at(), ALLOWED, timeout=1) as line:
        receiver.misbehaves("/hook", behaviour)
        answer = line.post({}, b"{}")
        assert answer.accepted
        assert len(answer.body) <= KEPT
        assert "\0" not in answer.body
        receiver.answers("/hook", 204)
        assert line.post({}, b"{}").accepted


def test_a_chunk_that_asks_for_all_there_is_fills_no_memory() -> None:
    with Receiver() as receiver, Line(receiver.at(), ALLOWED, timeout=1) as line:
        receiver.misbehaves("/hook", chunks_of(b"-1", 65_536))
        tracemalloc.start()
        try:
            assert line.post({}, b"{}").accepted
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()


def test_what_a_receiver_says_before_its_answer_is_passed_over() -> None:
    with Receiver() as receiver, Line(receiver.at(), ALLOWED) as line:
        early = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
        receiver.misbehaves(
            "/hook", lambda client, _: client.sendall(early + head(200, {"Content-Length": "2"}) + b"ok")
        )
        answer = line.post({}, b"{}")
        assert (answer.status, answer.body) == (200, "ok")


@pytest.mark.parametrize("behaviour", NEVER_ANSWERS.values(), ids=NEVER_ANSWERS)
def test_a_receiver_that_never_answers_properly_has_failed(behaviour: Behaviour) -> None:
    with Receiver() as receiver, Line(receiver.at(), ALLOWED, timeout=1) as line:
        receiver.misbehaves("/hook", behaviour)
        answer = line.post({}, b"{}")
        assert (answer.accepted, answer.status) == (False, None)
        assert answer.error
        assert "\0" not in answer.error
        receiver.answers("/hook", 204)
        assert line.post({}, b"{}").accepted


def test_a_handshake_that_drips_ends_with_the_time() -> None:
    closing = Event()

    def drip_a_handshake(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client, suppress(OSError):
            drip(b"\x16\x03\x03\x3f\xff", b"\x02")(client, closing)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=drip_a_handshake, args=(listener,))
        thread.start()
        with Line(f"https://127.0.0.1:{listener.getsockname()[1]}/", ALLOWED, timeout=0.5) as line:
            assert line.post({}, b"{}").error == "no answer within 0.5 s"
        closing.set()
        thread.join()


def test_nobody_listening_has_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Line(f"http://127.0.0.1:{port}/", ALLOWED) as line:
        assert "refused" in (line.post({}, b"{}").error or "")


def test_the_name_is_looked_up_once_and_the_checked_address_is_called() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with Receiver() as receiver:
        url = receiver.at(host="receiver.example")
        with Line(url, ALLOWED, look_up=rebinding) as line:
            assert line.post({}, b"{}").accepted
            assert asked == ["receiver.example"]
            line.close()
            assert "never called" in (line.post({}, b"{}").error or "")
        assert len(receiver.messages) == 1


def test_an_address_that_does_not_answer_is_passed_over_for_the_next() -> None:
    with Receiver() as receiver, socket.create_server(("127.0.0.2", 0)) as taken:
        taken.close()
        with Line(receiver.at(host="two.example"), ALLOWED, look_up=lambda *_: ["127.0.0.2", "127.0.0.1"]) as line:
            assert line.post({}, b"{}").accepted


def here(*_: object) -> list[str]:
    return ["127.0.0.1"]


def test_an_authority_of_ones_own_is_trusted_where_the_environment_names_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = certificate_for("receiver.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with Receiver(server) as receiver, Line(receiver.at(host="receiver.example"), ALLOWED, look_up=here) as line:
        assert line.post({}, b"{}").accepted


def test_the_certificate_is_checked_against_the_name(tmp_path: Path) -> None:
    server, trusting = certificate_for("receiver.example", tmp_path)
    with Receiver(server) as receiver:
        with Line(receiver.at(host="receiver.example"), ALLOWED, look_up=here, tls=trusting) as line:
            assert line.post({}, b"{}").accepted
        with Line(receiver.at(host="other.example"), ALLOWED, look_up=here, tls=trusting) as line:
            assert "the certificate is not valid" in (line.post({}, b"{}").error or "")
        with Line(receiver.at(host="receiver.example"), ALLOWED, look_up=here) as line:
            assert "the certificate is not valid" in (line.post({}, b"{}").error or "")
        assert len(receiver.messages) == 1


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as proxy, Receiver() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.at(""))
        with Line(receiver.at(), ALLOWED) as line:
            assert line.post({}, b"{}").accepted
        assert proxy.messages == []


def test_a_name_that_nobody_knows_yet_may_be_given_but_only_by_https() -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError("no such name")

    check_url("https://later.example/", ALLOWED, unknown)
    check_url("http://named.example/", parse_allowed(["named.example"]), unknown)
    with pytest.raises(RefusedAddress, match="https"):
        check_url("http://later.example/", ALLOWED, unknown)
    with pytest.raises(RefusedAddress, match="never"):
        check_url("https://later.example/", ALLOWED, lambda *_: ["169.254.169.254"])
    with Line("https://later.example/", ALLOWED, look_up=unknown) as line:
        assert line.post({}, b"{}").error == "no such name"

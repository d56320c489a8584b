"""The guard of outgoing calls, against addresses that try to reach inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.webhooks.addresses import Allowed, RefusedAddress, Target, check, parse_allowed, parse_url

HOSTILE_SPELLINGS = [
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.01/",
    "https://127.0.0.1./",
    "https://localhost./",
    "https://0/",
    "https://1.2.3.4.5/",
    "https://256.256.256.256/",
    "https://127.0.0.0x1/",
    "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://127\u30020\u30020\u30021/",
    "https://bücher.example/",
    "https://127.0.0.1%2f@example.org/",
    "https://example.org@127.0.0.1/",
    "https://user:word@example.org/",
    "https://example.org\\@127.0.0.1/",
    "https://example.org:80:443/",
    "https://example.org:99999/",
    "https://example.org:-1/",
    "https://example.org:0/",
    "https://[::1/",
    "https://[::1%25lo]/",
    "https://[fe80::1%eth0]/",
    "https://[127.0.0.1]/",
    "https://[2606:4700::1].example.org/",
    "https://[2606:4700::1]inside:443/",
    "https://[::ffff:127.1]/",
    "https:///path",
    "https://",
    "https:example.org",
    "https://.example.org/",
    "https://example..org/",
    "https://-example.org/",
    "https://exa mple.org/",
    "https://example.org/a b",
    "https://example.org/\r\nHost: inside",
    "https://example.org/\t",
    "https://example.org/#inside",
    "https://" + "a" * 64 + ".org/",
    "https://" + "a." * 130 + "org/",
    "https://example.org/" + "a" * 2000,
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "",
]

HOSTILE_ADDRESSES = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]

NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "fe80::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "0.0.0.0",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
]
ALL = parse_allowed(["0.0.0.0/0", "::/0", "inside.example"])
PLAIN = Target("https", "receiver.example", 443, "/")


@pytest.mark.parametrize("url", HOSTILE_SPELLINGS)
def test_an_odd_spelling_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress):
        parse_url(url)


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(RefusedAddress):
        check(PLAIN, [address], Allowed())


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_one_bad_address_among_good_ones_is_enough(address: str) -> None:
    with pytest.raises(RefusedAddress):
        check(PLAIN, ["93.184.215.14", address], Allowed())


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("host", ["receiver.example", "inside.example"])
def test_metadata_and_the_like_are_never_called_even_if_allowed(address: str, host: str) -> None:
    with pytest.raises(RefusedAddress, match="never"):
        check(Target("https", host, 443, "/"), [address], ALL)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4009::200e"])
def test_a_public_address_may_be_called_by_https_alone(address: str) -> None:
    assert [str(found) for found in check(PLAIN, [address], Allowed())] == [address]
    with pytest.raises(RefusedAddress, match="https"):
        check(Target("http", "receiver.example", 80, "/"), [address], Allowed())


def test_an_allowed_network_may_be_called_by_plain_http() -> None:
    allowed = parse_allowed(["10.20.0.0/16", "fd12::/16"])
    inside = Target("http", "monitor.police.example", 80, "/")
    assert len(check(inside, ["10.20.3.4", "fd12::1"], allowed)) == 2
    with pytest.raises(RefusedAddress):
        check(inside, ["10.21.0.1"], allowed)


def test_an_allowed_host_may_be_private_and_another_may_not() -> None:
    allowed = parse_allowed(["Monitor.Inside"])
    assert check(Target("http", "monitor.inside", 80, "/"), ["127.0.0.1"], allowed)
    with pytest.raises(RefusedAddress):
        check(Target("http", "other.inside", 80, "/"), ["127.0.0.1"], allowed)


def test_a_network_allowed_in_version_four_opens_no_tunnel_to_it() -> None:
    with pytest.raises(RefusedAddress):
        check(PLAIN, ["::ffff:10.0.0.1"], parse_allowed(["10.0.0.0/8"]))


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "no host", "https://a.example", "a/b", "127.1", "0x7f000001"])
def test_an_entry_that_is_neither_host_nor_network_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_allowed([entry])


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://receiver.example", Target("https", "receiver.example", 443, "/")),
        ("https://Receiver.Example:8443/a?b=c", Target("https", "receiver.example", 8443, "/a?b=c")),
        ("http://10.1.2.3/", Target("http", "10.1.2.3", 80, "/")),
        ("https://[2606:4700::1111]:444/x", Target("https", "2606:4700::1111", 444, "/x")),
        ("https://xn--bcher-kva.example/", Target("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_a_plain_address_is_taken_apart(url: str, target: Target) -> None:
    assert parse_url(url) == target


@given(st.text() | st.text("https:/[]@#?.0x127%\\ab", max_size=40).map(lambda rest: "https://" + rest))
def test_any_text_is_taken_apart_or_refused(url: str) -> None:
    try:
        target = parse_url(url)
    except RefusedAddress:
        return
    assert target.host
    assert 0 < target.port < 65536

"""Which addresses outgoing calls may reach. What is not plainly a public address is refused unless it is allowed.

Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 2_000
"""Characters."""


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


_NEVER = _networks(
    "169.254.0.0/16",  # link-local, with the metadata services of most clouds
    "fe80::/10",
    "fd00:ec2::/32",  # Amazon's metadata and time services
    "fd20:ce::254/128",  # Google's metadata
    "100.100.100.200/32",  # Alibaba's metadata
    "168.63.129.16/32",  # Azure's wire server
    "192.0.0.192/32",  # Oracle's metadata
    "0.0.0.0/8",
    "::/128",
    "224.0.0.0/4",
    "ff00::/8",
    "255.255.255.255/32",
)
"""Refused although they be allowed."""

_SPECIAL = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
    "2001::/23",  # protocol assignments, Teredo among them
    "2001:db8::/32",
    "2002::/16",  # 6to4
    "2620:4f:8000::/48",
    "3fff::/20",
)
_GLOBAL_UNICAST = ip_network("2000::/3")

_CARRIERS = (
    (ip_network("::ffff:0:0/96"), 0),  # v4-mapped
    (ip_network("::/96"), 0),  # v4-compatible
    (ip_network("::ffff:0:0:0/96"), 0),  # v4-translated
    (ip_network("64:ff9b::/96"), 0),  # NAT64
    (ip_network("64:ff9b:1::/48"), 0),  # NAT64 of one's own network
    (ip_network("2002::/16"), 80),  # 6to4
)
"""IPv6 networks that carry an IPv4 address, and by how many bits it is shifted."""

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class RefusedAddress(ValueError):
    """An address that outgoing calls may not reach; the message says why, for the one who gave it."""


@dataclass(frozen=True)
class Allowed:
    """What is allowed although private, and by plain http: host names in lower case, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def has(self, address: Address) -> bool:
        """Whether a network among the allowed holds this address."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class Target:
    """Where a call goes: an https (or allowed http) URL taken apart. ``path`` includes the query."""

    scheme: str
    host: str
    port: int
    path: str


def parse_allowed(entries: Iterable[str]) -> Allowed:
    """The hosts and networks of ``OPQ_WEBHOOK_ALLOW``. Raises ValueError naming an entry that is neither."""
    hosts, networks = set(), []
    for entry in entries:
        try:
            networks.append(ip_network(entry))
            continue
        except ValueError:
            host = entry.lower()
        if "/" in host or not _HOST.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise ValueError(f"{entry!r} is neither a host name nor a network such as 10.20.0.0/16")
        hosts.add(host)
    return Allowed(frozenset(hosts), tuple(networks))


def parse_url(url: str) -> Target:
    """``url`` taken apart. Raises RefusedAddress for anything but a plain http or https address."""
    if len(url) > LONGEST_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\\<>\"^`{|}]", url):
        raise RefusedAddress(f"must be at most {LONGEST_URL} plain ASCII characters; write other names in punycode")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress("is no address") from error
    if parts.scheme not in ("https", "http"):
        raise RefusedAddress("must begin with https://")
    if "@" in parts.netloc:
        raise RefusedAddress("must not hold a user name or password")
    if parts.fragment or port == 0:
        raise RefusedAddress("must have no fragment and a port that exists")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, _host(parts.netloc), port or (443 if parts.scheme == "https" else 80), path)


def _host(netloc: str) -> str:
    """The host as it will be connected to. Odd spellings of addresses are refused, not understood."""
    if netloc.startswith("["):
        literal, _, rest = netloc[1:].partition("]")
        try:
            return str(IPv6Address(literal if "%" not in literal and rest[:1] in ("", ":") else ""))
        except ValueError as error:
            raise RefusedAddress("is no IPv6 address") from error
    host = netloc.partition(":")[0].lower()
    if not _HOST.fullmatch(host):
        raise RefusedAddress("has no proper host name")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            raise RefusedAddress("must spell an IPv4 address as four decimal numbers") from error
    return host


def check(target: Target, addresses: Iterable[str], allowed: Allowed) -> list[Address]:
    """The addresses that a host resolved to, each of which may be called. Raises RefusedAddress if one may not.

    One bad address among good ones is enough: an honest name does not point into both worlds.
    """
    found = [ip_address(text.partition("%")[0]) for text in addresses]
    for address in found:
        _check_one(target, address, allowed)
    return found


def _check_one(target: Target, address: Address, allowed: Allowed) -> None:
    faces = [address, *_carried(address)]
    if any(address in network for address in faces for network in _NEVER):
        raise RefusedAddress(
            f"{target.host} is a link-local, metadata, multicast or empty address; these are never called"
        )
    if target.host in allowed.hosts or allowed.has(address):
        return
    if target.scheme != "https":
        raise RefusedAddress("must begin with https://, or be named in OPQ_WEBHOOK_ALLOW")
    if not all(_is_public(address) for address in faces) or len(faces) > 1:
        raise RefusedAddress(f"{target.host} is not a public address; name it in OPQ_WEBHOOK_ALLOW if it may be called")


def _carried(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return []
    return [IPv4Address(int(address) >> shift & 0xFFFFFFFF) for network, shift in _CARRIERS if address in network]


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _SPECIAL)

"""May Newsvane connect there? Private and special addresses are refused unless a setting allows them (SSRF).

Whoever may make a subscription chooses a URL that *this machine* calls. Two gates keep it out of the network around:

1. ``check_url``, when a subscription is made and before each attempt: scheme, port, user and password, the spelling of
   the host (an IPv4 address has one spelling: no decimal, octal or hexadecimal one, none with fewer parts), and the
   address where the host is one. Names of the inside (``localhost``, ``*.internal``, one label) are refused too.
2. ``GuardedResolver`` and ``guarded_socket``, when connecting: what a name resolves to is judged, only judged addresses
   are handed on, and the socket is made for the very address that passes once more. A name that answers with a
   public address first and a private one later (DNS rebinding) thus gains nothing.

Judged is the address behind an address: IPv4 inside of IPv6 (mapped, NAT64) counts as that IPv4; obsolete tunnels
(6to4, Teredo, IPv4-compatible, ISATAP) are refused. ``NEWSVANE_ALLOW_PRIVATE`` (networks with commas between, or
``all``) lets private ones in; metadata services, multicast and the unspecified address never.

Limits: a public address that forwards to the inside can't be seen from here. Whoever runs Newsvane beside things that
trust their network should bound its outgoing connections there as well.
"""

from __future__ import annotations

import functools
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from streams.errors import NewsvaneError, SettingError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""All addresses of a host name, as the system resolves it. Raises OSError."""

MAX_URL_CHARACTERS = 2_048
RECEIVE_BUFFER_BYTES = 8_192

# IANA's special-purpose registries, and what clouds keep beside them
_SPECIAL_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
]  # fmt: skip
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = [IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_NAT64 = IPv6Network("64:ff9b::/96")
# a webhook there is never meant, so 'all' does not mean them either
_NEVER = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "169.254.169.254/32", "169.254.170.2/32",
        "169.254.170.23/32", "169.254.169.123/32", "169.254.169.253/32", "168.63.129.16/32", "100.100.100.200/32",
        "192.0.0.192/32", "::/128", "ff00::/8", "fd00:ec2::/32", "fd20:ce::254/128",
    )
]  # fmt: skip
# the ports that browsers refuse (Fetch standard) and those of stores that take HTTP for their own language
_REFUSED_PORTS = frozenset(
    {
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514),
        *(515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723),
        *(2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
        *(1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 6379, 6443, 9092, 10250, 11211, 27017),
    }
)
_NAMES_OF_THE_INSIDE = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "test",
    "invalid", "onion",
)  # fmt: skip
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_PLAIN = re.compile(r"https?://[^\s\\\x00-\x20\x7f]+", re.IGNORECASE)
_AUTHORITY = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)


class RefusedAddress(NewsvaneError):
    """Newsvane does not connect there. The message names host or address, never the rest of a URL."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What of the private addresses is let in."""

    everything: bool
    networks: tuple[Network, ...]

    @property
    def is_nothing(self) -> bool:
        return not self.everything and not self.networks

    def has(self, address: Address) -> bool:
        return self.everything or any(address in network for network in self.networks)


@functools.lru_cache(maxsize=64)
def read_allowed(setting: str) -> Allowed:
    """Read ``NEWSVANE_ALLOW_PRIVATE``. Raises SettingError for what is no network.

    >>> read_allowed("10.1.0.0/16, ::1").networks
    (IPv4Network('10.1.0.0/16'), IPv6Network('::1/128'))
    """
    if setting.strip().lower() == "all":
        return Allowed(True, ())
    networks: list[Network] = []
    for part in filter(None, (part.strip() for part in setting.split(","))):
        try:
            networks.append(ip_network(part))
        except ValueError:
            raise SettingError(
                f"setting NEWSVANE_ALLOW_PRIVATE: {part!r} is not a network; expected such as 10.1.0.0/16 or ::1/128 "
                "(no bits behind the prefix), commas between, or all"
            ) from None
    return Allowed(False, tuple(networks))


def reason_to_refuse(address: Address, allowed: Allowed) -> str | None:
    """Why Newsvane does not connect to this address; None where it may."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return "has a zone"
        inner = _behind(address)
        if inner is not None:
            return reason_to_refuse(inner, allowed)
    if any(each in network for each in _readings(address) for network in _NEVER):
        return "is reserved or a metadata service, which no setting allows"
    if _is_public(address) or allowed.has(address):
        return None
    return "is not public; NEWSVANE_ALLOW_PRIVATE can allow it"


def _behind(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that this one reaches: mapped, and through the well-known prefix of NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _readings(address: Address) -> list[Address]:
    """The address, and the IPv4 addresses that obsolete tunnels would read in it."""
    readings: list[Address] = [address]
    if isinstance(address, IPv6Address):
        low = int(address) & 0xFFFF_FFFF
        if int(address) >> 32 == 0 and low > 1:
            readings.append(IPv4Address(low))
        if _is_isatap(address):
            readings.append(IPv4Address(low))
        if address.sixtofour is not None:
            readings.append(address.sixtofour)
        if address.teredo is not None:
            readings += address.teredo
    return readings


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFF_FFFF in (0x0000_5EFE, 0x0200_5EFE)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    special = _is_isatap(address) or any(address in network for network in _SPECIAL_6)
    return address in _GLOBAL_6 and not special


def check_url(url: str, allow_private: str, lookup: Callable[[str], Iterable[str]] | None = None) -> None:
    """Refuse a URL that Newsvane won't call. Raises RefusedAddress; its message holds no more of the URL than its host.

    ``allow_private`` is the setting's text. Names are not resolved unless a ``lookup`` is given (the one that
    raises OSError for an unknown name): what a name means is judged when connecting, every time.
    """
    allowed = read_allowed(allow_private)
    parsed = read_url(url)
    host = parsed.raw_host or ""
    address = _as_address(host)
    if address is not None:
        reason = reason_to_refuse(address, allowed)
        if reason:
            raise RefusedAddress(f"address {address} {reason}; expected the public address of a receiver")
        return
    _check_name(host, allowed)
    if lookup is None:
        return
    try:
        found = [ip_address(text) for text in lookup(host)]
    except (OSError, UnicodeError):
        raise RefusedAddress(f"host {host!r} has no address; expected a name that resolves") from None
    _permitted(host, found, allowed)


def read_url(url: str) -> URL:
    """Parse as the client does that will connect. Raises RefusedAddress for a form of URL that is not called."""
    if len(url) > MAX_URL_CHARACTERS:
        raise RefusedAddress(f"a URL of {len(url)} characters is too long; expected at most {MAX_URL_CHARACTERS}")
    if not re.match("https?://", url, re.IGNORECASE):
        raise RefusedAddress("a destination's URL begins with https:// or http://; this one does not")
    authority = _AUTHORITY.match(url)
    if not _PLAIN.fullmatch(url) or authority is None or "@" in authority[1]:
        raise RefusedAddress(
            "a destination's URL has no spaces, backslashes, control characters, user or password; expected "
            "https://host/path; a receiver that wants credentials gets them in a signature or a secret URL"
        )
    try:
        parsed = URL(url)
        host, port = parsed.raw_host, parsed.port
    except ValueError:
        raise RefusedAddress("the URL can't be read; expected https://host/path") from None
    if not host or parsed.user is not None or parsed.password is not None:
        raise RefusedAddress("the URL has no plain host; expected https://host/path without user and password")
    if parsed.fragment:
        raise RefusedAddress("the URL has a fragment (#…), which is never sent; leave it out")
    if port is None or port in _REFUSED_PORTS:
        raise RefusedAddress(f"port {port} is that of another protocol; expected 443, 80, or one such as 8443")
    return parsed


def _as_address(host: str) -> Address | None:
    """The address that the host is, None for a name. Raises RefusedAddress for any spelling but the canonical."""
    if ":" in host or "%" in host or "[" in host:
        try:
            return IPv6Address(host)
        except AddressValueError:
            raise RefusedAddress("the host is not an IPv6 address as it is written; expected [2001:…]") from None
    if _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        try:
            return IPv4Address(host)
        except AddressValueError:
            raise RefusedAddress(
                f"host {host[:80]!r} is a number but no IPv4 address in its usual form; expected four decimal "
                "numbers without leading zeros, or a name"
            ) from None
    return None


def _check_name(host: str, allowed: Allowed) -> None:
    """A name that the client's IDNA has made ASCII; of the inside only where something private is allowed."""
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedAddress(
            f"host {host[:80]!r} is not a host name; expected such as hooks.example.com, no dot behind"
        )
    if allowed.is_nothing and (len(labels) == 1 or labels[-1] in _NAMES_OF_THE_INSIDE):
        raise RefusedAddress(f"host {host!r} is a name of the inside; NEWSVANE_ALLOW_PRIVATE can allow its network")


def _permitted(host: str, addresses: Sequence[Address], allowed: Allowed) -> list[Address]:
    """Those that may be connected to. Raises RefusedAddress where none is left."""
    reasons = {address: reason_to_refuse(address, allowed) for address in addresses}
    permitted = [address for address, reason in reasons.items() if reason is None]
    if permitted or not reasons:
        return permitted
    address, reason = next(iter(reasons.items()))
    raise RefusedAddress(f"host {host!r} leads to {address}, which {reason}")


class GuardedResolver(AbstractResolver):
    """Gives aiohttp the permitted addresses of a name, and no others. Raises RefusedAddress where none is."""

    def __init__(self, allowed: Allowed, lookup: Lookup) -> None:
        self._allowed = allowed
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = [ip_address(text) for text in await self._lookup(host)]
        if not found:
            raise OSError(socket.EAI_NONAME, "the name has no address")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in _permitted(host, found, self._allowed)
        ]

    async def close(self) -> None:
        """Nothing is held."""


def guarded_socket(allowed: Allowed) -> Callable[[Any], socket.socket]:
    """The last gate: a socket for exactly this address, whatever way the address came. Raises RefusedAddress."""

    def make(info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, target = info
        address = ip_address(target[0])
        reason = reason_to_refuse(address, allowed)
        if reason:
            raise RefusedAddress(f"address {address} {reason}")
        made = socket.socket(family, kind, protocol)
        # one that floods us is parsed in small pieces, and the others get their turn between them
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        made.setblocking(False)
        return made

    return make

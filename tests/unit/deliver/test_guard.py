"""Where Newsvane connects to, and where it does not however it is spelled."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

import pytest

from streams.deliver.guard import (
    GuardedResolver,
    RefusedAddress,
    check_url,
    guarded_socket,
    read_allowed,
    reason_to_refuse,
)
from streams.errors import SettingError

PUBLIC = [
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.17.255.255",
    "223.255.255.255", "2600::1", "2a00:1450:4001:82f::200e", "64:ff9b::808:808", "::ffff:8.8.8.8",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "10.255.255.255", "127.0.0.1", "127.255.255.254", "100.64.0.1", "100.127.255.255", "169.254.1.1",
    "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "192.88.99.1", "240.0.0.1", "255.255.255.254", "::1", "fc00::1", "fd12:3456::1",
    "fe80::1", "fec0::1", "2001:db8::1", "3fff::1", "2001:2::1", "2001:10::1", "2002:a00:1::", "2002:808:808::1",
    "100::1", "5f00::1", "4000::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:c0a8:1", "::7f00:1", "::10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "2600::5efe:10.0.0.1", "2600::200:5efe:127.0.0.1",
]  # fmt: skip
NEVER = [
    "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255", "169.254.169.254", "169.254.170.2",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "::", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
    "::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::a9fe:a9fe",
    "fe80::5efe:169.254.169.254", "fe80::1%lo", "2001::1",
]  # fmt: skip
SPELLED = [
    "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://127.1/", "http://127.0.1/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.0.0.01/", "http://127.0.0.1./", "http://2130706433./",
    "http://127.0.0.0x1/", "http://0x/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:7f00:0001]/", "http://[fe80::1%25lo]/", "http://[::1]/",
    "http://%31%32%37.0.0.1/", "http://127.0.0.1%2f.example.com/", "http://127.0.0.1%00.example.com/",
    "http://256.256.256.256/", "http://1.2.3.4.5/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://a.localhost/", "http://metadata.google.internal/",
    "http://printer.local/", "http://intranet/", "http://a.home.arpa/", "http://a..example.com/", "http://.example.com/",
    "http://-a.example.com/", "http://a.example.com./",
]  # fmt: skip
MALFORMED = [
    "", "hooks.example.com", "//hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd",
    "gopher://hooks.example.com/", "javascript:alert(1)", "https:hooks.example.com", "https:///path", "https://",
    "http:/\\127.0.0.1/", "https://user@hooks.example.com/", "https://user:word@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/", "https://127.0.0.1#@hooks.example.com/", "https://a.example.com/#part",
    "https://hooks.example.com\\@127.0.0.1/", "https://hooks.example.com/\r\nx: y", "https://hooks.example.com/ x",
    "https://hooks.example.com\t/", " https://hooks.example.com/", "https://hooks.example.com:99999/",
    "https://hooks.example.com:x/", "https://[::1/", "https://hooks.example.com/" + "a" * 2048, "https://?x",
    "https://hooks.exa\u200bmple.com/\u2028",
]  # fmt: skip
PORTS = [0, 1, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 3306, 5432, 6000, 6379, 9092, 11211, 27017]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    """Also those next to a reserved range, and public ones behind a mapping."""
    assert reason_to_refuse(ip_address(address), read_allowed("")) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_allowed(address: str) -> None:
    """Whatever form of IPv6 they hide in; the setting's ``all`` lets them in."""
    assert reason_to_refuse(ip_address(address), read_allowed("")) is not None
    assert reason_to_refuse(ip_address(address), read_allowed("all")) is None


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_the_like_are_never_called(address: str) -> None:
    """No setting lets them in: a webhook there is never meant."""
    for setting in ("", "all", "0.0.0.0/0,::/0"):
        assert reason_to_refuse(ip_address(address), read_allowed(setting)) is not None


def test_a_network_allows_itself_only() -> None:
    """Mapped addresses count as what they map."""
    allowed = read_allowed("10.1.0.0/16, ::1")
    open_ = {a for a in [*PRIVATE, "10.1.2.3", "::ffff:10.1.2.3"] if not reason_to_refuse(ip_address(a), allowed)}
    assert {"10.1.2.3", "::ffff:10.1.2.3", "::1"} == open_


@pytest.mark.parametrize("setting", ["10.0.0.1/8", "everything", "10.0.0.0/33", "host.example"])
def test_a_setting_that_is_no_network_is_an_error(setting: str) -> None:
    """It stops rather than allowing something else."""
    with pytest.raises(SettingError, match="NEWSVANE_ALLOW_PRIVATE"):
        read_allowed(setting)


@pytest.mark.parametrize("address", ["8.8.8.8", "[2600::1]", "hooks.example.com", "bücher.example", "x_y.example.com"])
def test_public_urls_pass(address: str) -> None:
    """With their usual ports and others, paths, queries and an @ behind the host."""
    for url in (f"https://{address}/a/@room?b=c%20d&e=@f", f"http://{address}:8080", f"HTTPS://{address}:8443/"):
        check_url(url, "")


@pytest.mark.parametrize("url", [*SPELLED, *MALFORMED, *(f"http://8.8.8.8:{port}/" for port in PORTS)])
def test_other_urls_are_refused(url: str) -> None:
    """At creation, before anything is resolved, with a message that holds no path or query."""
    with pytest.raises(RefusedAddress) as caught:
        check_url(url + ("secret-path" if url.endswith("/") and url != "https://" else ""), "")
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize("url", [url for url in SPELLED if "::1]" not in url])
def test_allowing_private_networks_allows_no_odd_spelling(url: str) -> None:
    """Names of the inside and IPv6 forms of IPv4 are judged by address then; numbers keep their one spelling."""
    is_name_or_mapped = any(word in url.lower() for word in ("localhost/", "internal/", "local/", "intranet/", "arpa/"))
    if is_name_or_mapped or "ffff" in url:
        check_url(url, "all")
    elif url not in ("http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/"):  # IDNA makes 127.0.0.1 of them, which is allowed
        with pytest.raises(RefusedAddress):
            check_url(url, "all")


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER])
def test_a_url_with_a_private_address_is_refused(address: str) -> None:
    """As a literal in a URL too."""
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(RefusedAddress):
        check_url(f"https://{host}/", "")


def test_a_name_can_be_looked_up_at_creation() -> None:
    """One that leads inside is refused at once; one without an address too; one public address is enough."""

    def lookup(host: str) -> Iterable[str]:
        if host == "gone.example.com":
            raise OSError
        return {"a.example.com": ["10.0.0.1"], "b.example.com": ["8.8.8.8", "10.0.0.1"]}[host]

    check_url("https://b.example.com/", "", lookup)
    for host in ("a.example.com", "gone.example.com"):
        with pytest.raises(RefusedAddress, match=host):
            check_url(f"https://{host}/", "", lookup)


def test_the_resolver_hands_on_what_was_judged() -> None:
    """Of a name's addresses the permitted ones, as numbers; none left is a refusal, no address an OSError."""
    answers: dict[str, Sequence[str]] = {
        "mixed.example.com": ["10.0.0.1", "8.8.8.8", "::ffff:127.0.0.1", "2600::1", "169.254.169.254", "fe80::1%lo"],
        "inside.example.com": ["10.0.0.1", "fd00:ec2::254"],
        "empty.example.com": [],
    }

    async def lookup(host: str) -> Sequence[str]:
        return answers[host]

    resolver = GuardedResolver(read_allowed(""), lookup)
    found = asyncio.run(resolver.resolve("mixed.example.com", 443))
    assert [("8.8.8.8", socket.AF_INET), ("2600::1", socket.AF_INET6)] == [(f["host"], f["family"]) for f in found]
    assert {socket.AI_NUMERICHOST} == {f["flags"] for f in found}
    with pytest.raises(RefusedAddress, match=r"leads to 10\.0\.0\.1"):
        asyncio.run(resolver.resolve("inside.example.com", 443))
    with pytest.raises(OSError, match="no address"):
        asyncio.run(resolver.resolve("empty.example.com", 443))


def test_no_socket_for_a_private_address() -> None:
    """The last gate judges the very address of the connection, whoever resolved it."""
    make = guarded_socket(read_allowed("127.0.0.1/32"))
    with pytest.raises(RefusedAddress):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 443)))
    with pytest.raises(RefusedAddress):
        make((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:127.0.0.2", 443, 0, 0)))
    make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))).close()

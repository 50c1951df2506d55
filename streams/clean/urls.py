"""Which page does a URL mean, and whose is it?

Order of the rules: a redirect or an AMP cache that carries its target is unwrapped; http means https; the host is
lower case, in Punycode, without ``www.``, ``m.``, ``mobile.`` and ``amp.``, default ports and user names; the path is
free of dot segments, of AMP suffixes and of its last slash; the query is free of tracking parameters and sorted by
name (the order of equal names stays); the fragment goes, unless it is a route (``#!``). Percent-encoding is
normalised as RFC 3986 says. The result is an identity: for a link to click on, keep the URL that came.

Limits: nothing is fetched, so a short link stays what it is. What is no http(s) URL comes back trimmed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

import idna
from tld import get_tld

MAX_UNWRAPS = 8

_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_BREAKS = re.compile("[\x00-\x1f\x7f\u200b\ufeff]+")
_ENTITY = re.compile(r"&(?:amp;)+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_HTML = re.compile(r"\.amp(\.html?)\Z", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:c|v|a)/(?:s/)?([^/]+\..*)", re.DOTALL)
_GOOGLE_AMP = re.compile(r"/amp/(?:s/)?([^/]+\..*)", re.DOTALL)
_GOOGLE = re.compile(r"(?:news\.)?google\.(?:com?\.)?[a-z]{2,3}")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")

_VARIANTS = frozenset(("www", "m", "mobile", "amp"))
_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "guce_", "pk_", "mtm_", "hsa_", "wt.", "_hs", "__twitter")
_TRACKING = frozenset(
    (
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "igshid", "igsh",
        "mc_cid", "mc_eid", "mkt_tok", "ito", "cmp", "cmpid", "cmp_id", "xtor", "_ga", "_gl", "sref", "smid", "smtyp",
        "ocid", "guccounter", "ftag", "spm", "ref", "ref_src", "ref_url", "refsrc", "referrer", "taid", "fb_action_ids",
        "fb_action_types", "fb_ref", "fb_source", "wt_mc", "wt_zmc", "soc_src", "soc_trk", "ncid", "sr_share",
        "share_id", "sharetype", "usqp", "via_share", "amp", "_openstat", "vero_id", "trk", "trkcampaign",
    )
)  # fmt: skip
# parameters that are tracking only with such a value: 'source=rss', 'mod=rss_markets', 'from=rss'
_TRACKING_IF = frozenset(("source", "src", "mod", "from", "partner", "feature", "outputtype", "sh", "via", "mode"))
_TRACKING_VALUES = ("rss", "feed", "atom", "twitter", "facebook", "newsletter", "google", "amp", "share", "social")


@lru_cache(maxsize=1024)  # asked for twice in a batch: before the state is looked at, and for the article
def canonicalise_url(url: str) -> str:
    """Return the URL that stands for all variants of a page; idempotent.

    >>> canonicalise_url("HTTP://m.News.example:80/a/../b/amp/?utm_source=x&b=2&a=1#top")
    'https://news.example/b?a=1&b=2'
    """
    url = _ENTITY.sub("&", _BREAKS.sub("", url)).strip()
    for _ in range(MAX_UNWRAPS):
        parts = _split(url)
        if parts is None:
            return url
        target = _unwrap(*parts)
        if target is None:
            return _join(*parts)
        url = target.strip()
    return url


def is_web_url(url: str) -> bool:
    """Tell whether this is an http(s) URL with a usable host."""
    return _split(_BREAKS.sub("", url).strip()) is not None


def outlet_of(url: str) -> str:
    """Return the registrable domain that publishes a URL or host, in Punycode; "" where there is none.

    >>> outlet_of("https://www.news.bbc.co.uk/1"), outlet_of("https://amp.gazette.example/x")
    ('bbc.co.uk', 'gazette.example')
    """
    url = _BREAKS.sub("", url).strip()
    parts = _split(url) or _split(f"//{url}")
    return _registrable(parts[0].rpartition(":")[0] or parts[0]) if parts else ""


def _split(url: str) -> tuple[str, str, str, str] | None:
    """Host with port, path, query and fragment of an http(s) URL; None for anything else."""
    match = _PARTS.match(url)
    if match is None:
        return None
    scheme, authority, path, query, fragment = match.groups()
    scheme = (scheme or "https").lower()
    if scheme not in ("http", "https") or not authority:
        return None
    name, colon, port = authority.rpartition("@")[2].rpartition(":")
    if not colon:
        name, port = port, ""
    elif not (port.isascii() and (port.isdigit() or not port)) or len(port) > 5:
        return None
    host = _host(name)
    if not host:
        return None
    port = port.lstrip("0")
    if port in ("", "80", "443"):
        return host, path, query or "", fragment or ""
    return f"{host}:{port}", path, query or "", fragment or ""


@lru_cache(maxsize=8192)
def _host(name: str) -> str:
    """The normal form of a host without its variants, or "" for what is none."""
    if len(name) > 1000:
        return ""
    name = unquote(name).strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    if not name or len(name) > 253 or not re.fullmatch(r"[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*", name):
        return ""
    while True:
        first, _, rest = name.partition(".")
        if first not in _VARIANTS or "." not in rest or _registrable(name) != _registrable(rest):
            return name
        name = rest


@lru_cache(maxsize=8192)
def _registrable(host: str) -> str:
    """The public suffix and one label; the last two labels where the suffix is not public (``.example``)."""
    if _IPV4.fullmatch(host):
        return host
    found = get_tld(f"https://{host}", fail_silently=True, as_object=True, search_private=True)
    if found is not None and not isinstance(found, str):
        return str(found.fld) or host
    return ".".join(host.split(".")[-2:])


def _unwrap(host: str, path: str, query: str, fragment: str) -> str | None:
    """The target that a redirect or an AMP cache carries inside its URL."""
    del fragment
    cached = None
    if host.endswith(".cdn.ampproject.org"):
        cached = _AMP_CACHE.match(path)
    elif _GOOGLE.fullmatch(host):
        cached = _GOOGLE_AMP.match(path)
        if path.rstrip("/") in ("/url", "/news/url"):
            for pair in query.split("&"):
                name, _, value = pair.partition("=")
                target = _BREAKS.sub("", unquote(value)).strip()
                if name in ("url", "q") and _split(target) is not None and target.lower().startswith("http"):
                    return target
    if cached is None:
        return None
    target = f"https://{cached[1]}" + (f"?{query}" if query else "")
    return target if _split(target) is not None else None


def _join(host: str, path: str, query: str, fragment: str) -> str:
    path = _strip_suffixes(_remove_dots(_escape(path)))
    pairs = sorted(
        (pair for pair in _escape(query).split("&") if pair and not _is_tracking(pair)),
        key=lambda pair: pair.partition("=")[0],
    )
    url = f"https://{host}{path or '/'}"
    if pairs:
        url += "?" + "&".join(pairs)
    if fragment.startswith("!"):
        url += "#" + _escape(fragment).replace("%23", "#")
    return url


def _escape(text: str) -> str:
    """Percent-encode as RFC 3986 normalises: only what needs it, in upper case.

    >>> _escape("%7euser/%c3%a9 é%")
    '~user/%C3%A9%20%C3%A9%25'
    """
    return _ESCAPE.sub(_escape_one, text) if _ESCAPE.search(text) else text


def _escape_one(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is not None:
        byte = int(digits, 16)
        return chr(byte) if byte in _UNRESERVED else f"%{digits.upper()}"
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def _remove_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _strip_suffixes(path: str) -> str:
    path = path.rstrip("/")
    while True:
        cut = _AMP_HTML.sub(r"\1", path)
        if cut == path:
            cut = path[:-4] if path[-4:].lower() in ("/amp", ".amp") and path.count("/") > 1 else path
        cut = cut.rstrip("/")
        if cut == path:
            return path
        path = cut


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    return (
        name in _TRACKING
        or name.startswith(_TRACKING_PREFIXES)
        or (name in _TRACKING_IF and value.startswith(_TRACKING_VALUES))
    )

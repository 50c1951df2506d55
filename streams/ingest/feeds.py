"""Articles out of RSS 2.0, RSS 1.0 (RDF), RSS 0.9x and Atom 1.0, as a stream.

One element at a time is in memory; what was read is dropped. The parser expands no entities, loads no DTD and reaches
for nothing on the network; a feed that declares entities of its own is refused. Text that XML or its encoding does not
allow ends the feed at that line; the articles before it are taken.

An article's HTML is ``content:encoded``, else ``description`` (Atom: ``content``, else ``summary``). What RSS calls
text is snippet HTML in practice, so it goes into ``html`` and clean decides; Atom says which it is. An item that has
only a title is an article with an empty text.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from urllib.parse import urljoin

from lxml import etree

from streams.errors import RefusedInput
from streams.ingest.candidate import Candidate

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_RSS1: Final = "{http://purl.org/rss/1.0/}"
_RSS09: Final = "{http://my.netscape.com/rdf/simple/0.9/}"
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_ENCODED: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_XHTML_DIV: Final = "{http://www.w3.org/1999/xhtml}div"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_ROOTS: Final = frozenset({"rss", f"{_RDF}RDF", f"{_ATOM}feed", f"{_ATOM}entry"})
_ITEMS: Final = ("item", f"{_RSS1}item", f"{_RSS09}item", f"{_ATOM}entry")


def read_feed(
    stream: BinaryIO, encoding: str | None = None, url: str | None = None, skip: int = 0
) -> Iterator[Candidate]:
    """The feed's articles in its order. ``url`` is where it was fetched. Raises RefusedInput where it can't go on."""
    number = 0
    line = 1
    try:
        events = etree.iterparse(
            _Trimmed(stream),
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=False,
            encoding=encoding,
        )
        root = None
        for event, element in events:
            if root is None:
                root = element
                _check_root(root)
            if event == "start" or element.tag not in _ITEMS:
                continue
            number += 1
            line = element.sourceline or line
            if number > skip:
                fields, link = (_atom if element.tag.startswith(_ATOM) else _rss)(element, url)
                yield Candidate(number, line, fields, context=url or link)
            _drop(element)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None


def _check_root(root: Any) -> None:
    doctype = root.getroottree().docinfo.internalDTD
    if doctype is not None and next(iter(doctype.iterentities()), None) is not None:
        raise RefusedInput("entities", "the feed declares XML entities, which are not expanded; write the text out")
    if root.tag not in _ROOTS:
        raise RefusedInput(
            "not-a-feed",
            f"the XML is {etree.QName(root).localname!r:.60}; expected rss, RDF or feed; say --format html for a page",
        )


def _refusal(error: Any) -> RefusedInput:
    line, message = error.position[0] if error.position else 0, str(error.msg or "the file is empty")
    where = f" in line {line}" if line else ""
    if error.code in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING):
        return RefusedInput("not-utf8", f"bytes{where} are not in the encoding that the feed declares; say --encoding")
    return RefusedInput(
        "not-xml", f"the XML breaks off{where}: {message.partition(', line ')[0]}; mend it; what follows is not read"
    )


def _drop(element: Any) -> None:
    """Forget an article, but for its tail and what stands beside it: the channel's own fields are needed."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


def _rss(item: Any, url: str | None) -> tuple[dict[str, Any], str]:
    namespace = item.tag.removesuffix("item")
    channel = item.getparent()
    if namespace and channel is not None:  # RDF: the items stand beside the channel
        channel = channel.find(f"{namespace}channel")
    home = language = ""
    if channel is not None:
        home = _text(channel, f"{namespace}link")
        language = _text(channel, "language", f"{_DC}language")
    guid = item.find("guid")
    link = _text(item, f"{namespace}link")
    own_id = _text(item, "guid") or item.get(f"{_RDF}about", "").strip()
    if not link and own_id.startswith(("http://", "https://")):
        link = own_id if guid is None or guid.get("isPermaLink", "true").strip() != "false" else ""
    html = _text(item, _ENCODED) or _text(item, f"{namespace}description")
    fields = {
        "id": own_id,
        "url": urljoin(url or home, link) if link else "",
        "title": _text(item, f"{namespace}title"),
        "html": html,
        "author": _text(item, f"{_DC}creator", "author"),
        "published_at": _text(item, "pubDate", f"{_DC}date"),
        "language": _text(item, f"{_DC}language") or language,
        "feed": url or "",
    }
    return _filled(fields), home


def _atom(entry: Any, url: str | None) -> tuple[dict[str, Any], str]:
    feed = entry.getparent()
    home = _atom_link(feed, "alternate") if feed is not None else ""
    own = (_atom_link(feed, "self") if feed is not None else "") or url or ""
    base = _base(entry) or url or own or home
    link = _atom_link(entry, "alternate")
    fields = {
        "id": _text(entry, f"{_ATOM}id"),
        "url": urljoin(base, link) if link else "",
        "title": _construct(entry.find(f"{_ATOM}title"))[1],
        "author": ", ".join(filter(None, (_text(one, f"{_ATOM}name") for one in _authors(entry, feed)))),
        "published_at": _text(entry, f"{_ATOM}published", f"{_ATOM}updated"),
        "language": _language(entry),
        "feed": url or own,
    }
    for name in ("content", "summary"):
        form, text = _construct(entry.find(_ATOM + name))
        if text:
            fields[form] = text
            break
    return _filled(fields), home or own


def _filled(fields: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = {name: value for name, value in fields.items() if value}
    if "html" not in filled and "text" not in filled:
        filled["text"] = ""
    return filled


def _text(parent: Any, *names: str) -> str:
    """The trimmed text of the first of these children that has one."""
    for name in names:
        for child in parent.iterchildren(name):
            if text := _inner(child):
                return text
    return ""


def _inner(element: Any) -> str:
    return "".join(part for part in element.itertext(etree.Element) if isinstance(part, str)).strip()


def _construct(element: Any) -> tuple[str, str]:
    """Whether an Atom text is ``text`` or ``html``, and the text."""
    if element is None:
        return "text", ""
    form = element.get("type", "text").strip().lower()
    if form in ("xhtml", "application/xhtml+xml"):
        div = element.find(_XHTML_DIV)
        body = element if div is None else div
        parts = [body.text or "", *(etree.tostring(child, encoding="unicode") for child in body)]
        return "html", "".join(parts).strip()
    return "html" if "html" in form else "text", _inner(element)


def _atom_link(parent: Any, relation: str) -> str:
    for link in parent.iterchildren(f"{_ATOM}link"):
        if link.get("rel", "alternate") == relation and link.get("href", "").strip():
            return str(link.get("href")).strip()
    return ""


def _authors(entry: Any, feed: Any) -> list[Any]:
    own = entry.findall(f"{_ATOM}author")
    return own or (feed.findall(f"{_ATOM}author") if feed is not None else [])


def _base(entry: Any) -> str:
    return next((one.get(f"{_XML}base") for one in (entry, *entry.iterancestors()) if one.get(f"{_XML}base")), "")


def _language(entry: Any) -> str:
    return next((one.get(f"{_XML}lang") for one in (entry, *entry.iterancestors()) if one.get(f"{_XML}lang")), "")


class _Trimmed:
    """The stream without what may not stand before an XML declaration: white space, which some servers send."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        while not self._begun and chunk:
            mark = codecs.BOM_UTF8 if chunk.startswith(codecs.BOM_UTF8) else b""
            chunk = chunk.removeprefix(mark).lstrip()
            self._begun = bool(chunk)
            chunk = chunk or self._stream.read(size)
        return chunk

"""What does a raw article become? The one function that the clean agent and ``newsvane clean`` call.

Order of the rules: the text comes from ``text``, else from the page (``extraction``) or the snippet in ``html``; it is
repaired; boilerplate is marked; a headline is taken out of plain text, or the line that repeats the title; language,
times and ids follow. Then the versions of the URL decide the outcome: ``cleaned`` for its first, ``version`` when the
title or the text without its boilerplate changed, ``repeat`` otherwise. A change back to an older text is a version
only with a later claimed time; it carries the id that it had.

A record is refused (InvalidRecord) when it has neither text nor title, or no time of arrival.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import orjson

from streams.clean.boilerplate import find_boilerplate, without_spans
from streams.clean.dates import believe
from streams.clean.extraction import Extraction
from streams.clean.headline import split_headline
from streams.clean.language import detect_language
from streams.clean.memory import Seen, load_text, load_versions, save_version, versions_key
from streams.clean.repair import repair, repair_line
from streams.clean.snippet import is_page, snippet_text
from streams.clean.urls import canonicalise_url, is_web_url, outlet_of
from streams.clean.versions import diff_versions
from streams.errors import InvalidRecord
from streams.model.ids import ID_BYTES, digest
from streams.model.records import Article, Diff, RawArticle
from streams.model.state import State
from streams.model.step import Emit, Step
from streams.model.times import format_utc_ms, parse_utc

RULES = "1"
_NOTHING = Extraction(text="")
_WIRE = "2023-02-16T12:00:00.000Z"

_READ = frozenset(RawArticle.__annotations__) - {"feed"}
"""The fields that clean reads; every other goes on as it came, unless the article has one of that name."""


def needs_extraction(raw: RawArticle) -> bool:
    """Tell whether ``extract_page`` has to read this article's HTML first."""
    return not raw.get("text") and is_page(raw.get("html") or "")


def state_key_of(raw: RawArticle) -> bytes:
    """The key under which ``step`` looks for earlier versions; another one where only the page tells the URL."""
    return versions_key(raw["outlet"], _url_id(raw, _url_of(raw, _NOTHING)[1]))


def step(raw: RawArticle, extraction: Extraction | None, state: State) -> Step:
    """Clean one raw article. ``extraction`` is there for those that need it."""
    article = clean_article(raw, extraction)
    outlet, url_id = article["outlet"], article["url_id"]
    text = article["text"]
    before = load_versions(state, outlet, url_id)
    text_hash = hash_version(article)
    reissue = False
    diff: Diff | None = None
    if before is not None:
        if before.seen[-1].text_hash == text_hash:
            return Step("repeat")
        if any(seen.text_hash == text_hash for seen in before.seen) and (
            article["published_basis"] == "arrival"
            or article["published_at"] <= max(seen.published_at for seen in before.seen)
        ):
            return Step("repeat")
        reissue = any(seen.article_id == article["article_id"] for seen in before.seen)
        old = load_text(state, outlet, url_id)
        if old is not None:
            diff = diff_versions(old, text, before.seen[-1].article_id)
            if before.title != article["title"]:
                diff["old_title"] = before.title
    version = Seen(text_hash, article["article_id"], article["published_at"])
    number = save_version(state, outlet, url_id, before, version, article["title"], text)
    if before is None:
        return Step("cleaned", (Emit("article-clean", article),))
    return Step("version", (Emit("article-clean", _numbered(article, number, diff), reissue),))


def hash_version(article: Article) -> str:
    """What two fetches of one version share: title and text, without boilerplate and white space."""
    kept = without_spans(article["text"], article["boilerplate"]).encode().translate(None, b" \t\n")
    title = article["title"].encode("utf-8", "surrogatepass")
    # processors have instructions for it: a third of the time of BLAKE2 for a text
    return sha256(b"".join((len(title).to_bytes(8, "big"), title, kept))).hexdigest()[: 2 * ID_BYTES]


def _numbered(article: Article, number: int, diff: Diff | None) -> Article:
    """The article as this version, the fields still in the order of the wire."""
    numbered: dict[str, Any] = {}
    for name, value in article.items():
        numbered[name] = number if name == "version" else value
        if name == "version" and diff is not None:
            numbered["diff"] = diff
    return numbered  # type: ignore[return-value]  # a copy of an Article


def clean_article(raw: RawArticle, extraction: Extraction | None = None) -> Article:
    """Return the article as its first version: everything that needs no memory."""
    try:
        arrived_at = parse_utc(raw["arrived_at"])
    except (KeyError, TypeError, ValueError):
        raise InvalidRecord(
            "bad-time",
            f"arrived_at {str(raw.get('arrived_at'))[:40]!r} is no time; expected RFC 3339 in UTC, as ingest stamps it",
            "/arrived_at",
        ) from None
    outlet = raw["outlet"]
    content = _content(raw)  # first: Python then keeps the text's UTF-8, which most of the rest asks for
    if raw.get("text"):
        form, text = "text", raw.get("text") or ""
    elif extraction is not None:
        form, text = "page", extraction.text
    else:
        form, text = "snippet", snippet_text(raw.get("html") or "")
    text = repair(text).strip()
    said = extraction or _NOTHING
    title = repair_line(raw.get("title") or said.title or "")
    title = _without_outlet(title, outlet)
    spans = find_boilerplate(text, outlet)
    if form == "text":
        title, text, spans = split_headline(text, title, spans)
    if not text and not title:
        raise InvalidRecord(
            "empty-text",
            f"the article has no title and its {form} has no text; expected one of them; look at what the feed sends",
            "/text" if raw.get("text") else "/html",
        )
    claimed_language = raw.get("language") or said.language_claimed
    claims = (raw.get("published_at"), said.published_at)
    published_at, believed = believe(claims, arrived_at)
    claim = next((claim for claim in claims if claim is not None), None)
    url, canonical = _url_of(raw, said)
    author = raw.get("author") or said.author
    url_id = _url_id(raw, canonical)
    article: dict[str, Any] = {
        "article_id": digest("article", url_id, content),
        "url_id": url_id,
        "outlet": outlet,
        "url": canonical,
    }
    if url and url != canonical:
        article["url_claimed"] = url
    if raw.get("id") is not None:
        article["source_id"] = str(raw["id"])
    article["title"] = title
    article["text"] = text
    article["author"] = repair_line(author) if author else None
    article["language"] = detect_language(without_spans(text, spans), title, claimed_language)
    if claimed_language:
        article["language_claimed"] = claimed_language
    article["published_at"] = published_at
    if claim is not None and claim != published_at:
        article["published_claimed"] = claim
    article["published_basis"] = "claimed" if believed else "arrival"
    if believed and believed.assumed:
        article["published_assumed"] = believed.assumed
    stamp = raw["arrived_at"]
    article["arrived_at"] = stamp if len(stamp) == len(_WIRE) and stamp.endswith("Z") else format_utc_ms(arrived_at)
    article["backfill"] = bool(raw.get("backfill", False))
    article["format"] = form
    article["version"] = 1
    article["boilerplate"] = spans
    article["rules"] = {"clean": RULES}
    for name, value in raw.items():
        if name not in _READ and name not in article:
            article[name] = value
    return article  # type: ignore[return-value]  # built field by field, in the order of the wire


def _url_of(raw: RawArticle, said: Extraction) -> tuple[str | None, str | None]:
    """The URL as it came, and its canonical form; a page's own word counts only within its outlet."""
    url = raw.get("url")
    if url:
        return url, canonicalise_url(url) if is_web_url(url) else None
    stated = said.canonical_url
    if stated and is_web_url(stated) and outlet_of(stated) == raw["outlet"]:
        return None, canonicalise_url(stated)
    return None, None


def _url_id(raw: RawArticle, canonical: str | None) -> str:
    if canonical:
        return digest("url", canonical)
    if raw.get("id") is not None:
        return digest("source", raw["outlet"], str(raw["id"]))
    return digest("content", raw["outlet"], raw.get("title") or "", raw.get("text") or raw.get("html") or "")


def _content(raw: RawArticle) -> bytes:
    """The raw content as canonical JSON: independent of the rules here."""
    content = [raw.get("title"), raw.get("text"), raw.get("html")]
    try:
        return orjson.dumps(content)
    except TypeError:  # lone surrogates
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _without_outlet(title: str, outlet: str) -> str:
    """Cut the outlet's own name off the end of a title, and no other suffix.

    >>> _without_outlet("Army moves - The Example Times", "exampletimes.example")
    'Army moves'
    >>> _without_outlet("Army moves - as planned", "exampletimes.example")
    'Army moves - as planned'
    """
    for sign in (" - ", " | ", " – ", " — ", " :: ", " · "):
        head, found, name = title.rpartition(sign)
        if not found or not head.strip():
            continue
        squashed = "".join(char for char in name.casefold() if char.isalnum())
        domain = outlet.casefold()
        label = "".join(char for char in domain.rpartition(".")[0] if char.isalnum())
        names = {label, "".join(char for char in domain if char.isalnum()), f"the{label}", label.removeprefix("the")}
        if squashed and (squashed in names or squashed.removeprefix("the") in names):
            return head.strip()
    return title

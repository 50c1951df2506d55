"""Why is this article an alert, or why is it none? The whole chain as one answer, from ingest to the destination.

The answer is a pure function of ``Facts`` (``why_facts.py`` collects them). It goes along the line and ends where the
article ended: every stage is one ``Link`` that says what happened there and, where it stopped, why. ``verdict`` is the
reason in one word, for programs; ``summary`` is it in one sentence, for people:

never-arrived, dead-letter, waiting, no-version, disabled, out-of-scope, boilerplate-only, not-matched, unmatched,
not-assessed, no-statement, older-version, not-alerting, ended; and of an alert opened, joined.

Ingest keeps no record of what it refuses, it only says so when it runs: of an article that never arrived this page can
say no more than that. Without its text (``NEWSVANE_STORE_TEXT_DAYS``) it can't say which clause of a query failed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from streams.log.protocol import Log
from streams.model.words import clean, quote
from streams.store.database import Store
from streams.store.why_facts import MAX_SCAN, Facts, collect_facts
from streams.store.why_links import (
    SHORT_ID,
    Link,
    Step,
    link_absence,
    link_alert,
    link_arrival,
    link_cleaning,
    link_copies,
    link_dead_letter,
    link_delivery,
    link_match,
    link_mismatch,
    link_no_alert,
    link_stance,
)

LABEL_COLUMNS: Final = 10


@dataclass(frozen=True, slots=True)
class Why:
    """``url`` and ``title`` are the article's, as far as known."""

    subject: str
    watch_id: str
    verdict: str
    summary: str
    url: str | None
    article_id: str | None
    title: str | None
    alert_id: str | None
    links: tuple[Link, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain_why(
    store: Store, log: Log | None, subject: str, watch_id: str | None = None, *, max_scan: int = MAX_SCAN
) -> Why:
    """Answer for a URL, or the id (or its beginning, from four digits on) of an article, alert, mention or statement.

    ``watch_id`` may be left out where only one can be meant. Without a log nothing is said about what never arrived.
    Reads the store as it is; fill it first (``fill_to_end``) for an answer of this moment. Raises UsageError.
    """
    return explain(collect_facts(store, log, subject, watch_id, max_scan))


def explain(facts: Facts) -> Why:
    """The chain. Pure."""
    links: list[Link] = []
    verdict, summary = "waiting", ""
    for link, decided in _chain(facts):
        links.append(link)
        if decided is not None:
            verdict, summary = decided
    article, alert = facts.article, facts.alert
    return Why(
        facts.subject,
        facts.watch_id,
        verdict,
        summary,
        facts.url,
        article["article_id"] if article else None,
        article["title"] if article else None,
        alert["alert_id"] if alert else facts.asked_alert,
        tuple(links),
    )


def why_lines(why: Why, columns: int = 80) -> list[str]:
    """The answer for a terminal: wrapped, and free of what could steer it."""
    lines = textwrap.wrap(f"{why.verdict.upper().replace('-', ' ')}  {why.summary}", columns)
    title = quote(why.title) if why.title else "(no title)" if why.article_id else ""
    place = "  ".join(each for each in (clean(why.url or ""), (why.article_id or "")[:SHORT_ID]) if each)
    for each in (title, place, f"watch {clean(why.watch_id)}"):
        lines += textwrap.wrap(each, columns, break_on_hyphens=False)
    lines.append("")
    for link in why.links:
        mark = {"passed": " ", "stopped": "x", "unknown": "?"}[link.state]
        lead = f"{mark} {link.stage}".ljust(LABEL_COLUMNS)
        blank = " " * LABEL_COLUMNS
        lines += textwrap.wrap(link.text, columns, initial_indent=lead, subsequent_indent=blank) or [lead.rstrip()]
        for detail in link.details:
            lines += textwrap.wrap(detail, columns, initial_indent=f"{blank}- ", subsequent_indent=f"{blank}  ")
    return lines


def _chain(facts: Facts) -> Iterator[Step]:
    article = facts.article
    if article is None:
        yield from link_absence(facts)
        return
    yield link_arrival(facts, article), None
    yield link_cleaning(facts, article), None
    yield link_copies(facts, article), None
    for letter in facts.letters:
        if letter["stage"] != "clean" and letter["status"] == "open":
            yield link_dead_letter(letter)
            if facts.mention is None:
                return
    if facts.mention is None:
        yield link_mismatch(facts, article)
        return
    yield link_match(facts, facts.mention), None
    yield link_stance(facts, facts.mention), None
    if facts.alert is None:
        yield link_no_alert(facts, facts.mention)
        return
    yield link_alert(facts, facts.alert)
    yield link_delivery(facts, facts.alert), None

"""Articles in any number for load, kill and order tests: what would a month of news look like, and what is true of it?

``articles`` yields raw records, ``labelled`` the same records with the truth about each. Everything comes from a seeded
``random.Random`` and from the words in ``generator_words``: the same arguments give the same bytes on every machine,
whatever PYTHONHASHSEED says. Nothing is read, no clock is asked.

Shares of 1,000 records, about: 125 on the watch ``belarus-military-stance`` (110 with a statement), 40 about the
takeover of Halden Shipping (watch ``acme-takeover``), 80 exact and 75 near copies in other outlets, 30 changed versions
and 20 unchanged re-fetches of an address, 20 late originals (they arrive 40 records after a copy and were published
before it; that copy is among the exact ones), the rest noise. Of 1,000 originals 20 are pages (HTML), 200 are Russian.
With ``broken=True`` 10 of 1,000 have neither text nor html. Limits: copies and versions are made of one of the last 500
articles, and phrases repeat, as word lists are finite.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from random import Random
from typing import Any, Literal

from tests import generator_words as words

Kind = Literal["original", "exact", "near", "version", "repeat", "late-original", "broken"]
Raw = dict[str, Any]

START_AT = datetime(2026, 1, 5, 6, tzinfo=UTC)
RECENT = 500
LATE_BY = 40


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a generated article. ``of``: the id of the record it copies or repeats; for a late original
    None (its copy names it). ``label``: its label for belarus-military-stance; ``watch_ids``: the watches that it is
    about; ``holder``: whose statement it carries."""

    kind: Kind
    of: str | None = None
    label: str = "none"
    watch_ids: tuple[str, ...] = ()
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article before it has an outlet: what copies and versions are made of."""

    id: str
    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    language: str
    published_at: datetime
    truth: Truth
    as_page: bool


_PHRASES = {
    "en": (
        [f"The {body} of {place}" for body in words.BODIES for place in words.PLACES],
        [f"{deed} {thing}" for deed in words.DEEDS for thing in words.THINGS],
        [f" {time}, {reason}" for time in words.TIMES for reason in words.REASONS],
        "{} people are concerned.",
        [f'"{quote}," said {role} {name}.' for quote in words.QUOTES for role in words.ROLES for name in words.NAMES],
    ),
    "ru": (
        [f"{who[0].upper()}{who[1:]} города {place}" for who in words.RU_WHO for place in words.PLACES],
        [f"{when} {did} {what}" for when in words.RU_WHEN for did in words.RU_DID for what in words.RU_WHAT],
        [f", {why}" for why in words.RU_WHY],
        "речь идёт о сумме в {} тысяч крон.",
        [f"«{quote}», — отметил представитель города {place}." for quote in words.RU_QUOTES for place in words.PLACES],
    ),
}
"""By language: who, did what, when and why, the figure, a quote."""


def articles(
    count: int, seed: int = 1, outlets: int = 40, days: int = 20, start_at: datetime = START_AT, broken: bool = False
) -> Iterator[Raw]:
    """Yield ``count`` raw articles in order of arrival, evenly over ``days`` from ``start_at``."""
    for article, _ in labelled(count, seed, outlets, days, start_at, broken):
        yield article


def labelled(
    count: int, seed: int = 1, outlets: int = 40, days: int = 20, start_at: datetime = START_AT, broken: bool = False
) -> Iterator[tuple[Raw, Truth]]:
    """Yield the records of ``articles`` with the truth about each. A longer stream does not begin as a shorter one
    does: the times of arrival depend on ``count``."""
    return _Desk(Random(seed), count, outlets, days, start_at, broken).run()


class _Desk:
    def __init__(self, random: Random, count: int, outlets: int, days: int, start_at: datetime, broken: bool) -> None:
        if count < 0 or outlets < 2 or days < 1:
            raise ValueError(
                f"count={count}, outlets={outlets}, days={days}: expected count >= 0, outlets >= 2, days >= 1"
            )
        self._random = random
        self._count = count
        self._outlets = [f"outlet-{number:03d}.example" for number in range(outlets)]
        self._gap = timedelta(days=days) / max(count, 1)
        self._start_at = start_at
        self._broken = broken
        self._recent: deque[_Draft] = deque(maxlen=RECENT)
        self._held: deque[tuple[int, _Draft]] = deque()

    def run(self) -> Iterator[tuple[Raw, Truth]]:
        for index in range(self._count):
            draft = self._next(index)
            yield self._record(draft, index), draft.truth

    def _next(self, index: int) -> _Draft:
        """Choose what arrives: a held original whose copy went ahead, something about a recent article, or news."""
        if self._held and self._held[0][0] <= index:
            return self._held.popleft()[1]
        dice = self._random.random()
        if self._broken and self._random.random() < 0.010:
            truth = Truth("broken")
            return _Draft(f"a{index}", self._outlet(), "Cut off", (), "en", self._at(index), truth, as_page=False)
        if self._recent and dice < 0.190:
            return self._again(self._random.choice(self._recent), dice, index)
        draft = self._write(index)
        release = max(index + LATE_BY, self._held[-1][0] + 1 if self._held else 0)
        if dice >= 0.980 and release < self._count:
            return self._copy_ahead(draft, release)
        self._recent.append(draft)
        return draft

    def _copy_ahead(self, draft: _Draft, release: int) -> _Draft:
        """Hold the original back until ``release`` and let a copy of it, published later, arrive now."""
        late = _Draft(
            f"{draft.id}-wire", draft.outlet, draft.title, draft.paragraphs, draft.language,
            draft.published_at - timedelta(minutes=50), _retold(draft.truth, "late-original", None), as_page=False,
        )  # fmt: skip
        self._held.append((release, late))
        return _Draft(
            draft.id, self._other_outlet(draft.outlet), draft.title, draft.paragraphs, draft.language,
            draft.published_at, _retold(draft.truth, "exact", late.id), as_page=False,
        )  # fmt: skip

    def _again(self, of: _Draft, dice: float, index: int) -> _Draft:
        """Copy, change or fetch again ``of``."""
        at, paragraphs = self._at(index), list(of.paragraphs)
        if dice < 0.065:
            return self._copy(of, index, at, "exact", paragraphs)
        if dice < 0.140:
            edit = self._random.randrange(3)
            if edit == 0:
                paragraphs.insert(0, self._news(of.language))
            elif edit == 1:
                paragraphs.append(self._news(of.language))
            else:
                paragraphs[-1] = self._news(of.language)
            return self._copy(of, index, at, "near", paragraphs)
        if dice < 0.170:
            paragraphs.append(("Обновлено: " if of.language == "ru" else "Updated: ") + self._news(of.language))
            changed = _Draft(
                of.id, of.outlet, of.title, tuple(paragraphs), of.language, at,
                _retold(of.truth, "version", of.id), of.as_page,
            )  # fmt: skip
            self._replace(of, changed)
            return changed
        return _Draft(
            of.id, of.outlet, of.title, of.paragraphs, of.language, of.published_at,
            _retold(of.truth, "repeat", of.id), of.as_page,
        )  # fmt: skip

    def _copy(self, of: _Draft, index: int, at: datetime, kind: Kind, paragraphs: list[str]) -> _Draft:
        outlet = self._other_outlet(of.outlet)
        truth = _retold(of.truth, kind, of.id)
        return _Draft(f"a{index}", outlet, of.title, tuple(paragraphs), of.language, at, truth, as_page=False)

    def _replace(self, old: _Draft, new: _Draft) -> None:
        """Let later repeats and versions begin from the newest text of the address."""
        self._recent[self._recent.index(old)] = new

    def _write(self, index: int) -> _Draft:
        """Write a new article of 1 to 6 kB."""
        random = self._random
        language = "ru" if random.random() < 0.20 else "en"
        kind = random.random()
        title, paragraphs, truth = "", [], Truth("original")
        if kind < 0.125:
            choices, audiences, times = (
                (words.RU_STATEMENTS, words.RU_AUDIENCES, words.RU_WHEN[:5])
                if language == "ru"
                else (words.STATEMENTS, words.AUDIENCES, words.TIMES[:5])
            )
            label, holder, title, lead = random.choice(choices)
            number = str(random.randrange(2, 90) * 100)
            paragraphs = [lead.format(when=random.choice(times), audience=random.choice(audiences), number=number)]
            truth = Truth("original", None, label, ("belarus-military-stance",), holder or None)
        elif kind < 0.175 and language == "en":
            lead = random.choice(words.TAKEOVER)
            paragraphs = [lead.format(when=random.choice(words.TIMES[:5]), number=random.randrange(4100, 5300))]
            title = f"Brightwater and Halden Shipping: {random.choice(words.PLACES)} waits for an answer"
            truth = Truth("original", None, "none", ("acme-takeover",), None)
        else:
            title = self._headline(language)
        length, size = random.randrange(900, 4800), sum(map(len, paragraphs))
        while size < length:
            paragraph = " ".join([self._news(language) for _ in range(random.randrange(2, 5))])
            paragraphs.append(paragraph)
            size += len(paragraph)
        page = random.random() < 0.02
        return _Draft(
            f"a{index}", self._outlet(), title, tuple(paragraphs), language, self._at(index), truth, as_page=page
        )

    def _headline(self, language: str) -> str:
        pick, number = self._random.choice, self._random.randrange(2, 999)
        if language == "ru":
            return f"{pick(words.PLACES)}: {pick(words.RU_WHO)} {pick(words.RU_DID)} {pick(words.RU_WHAT)} ({number})"
        return f"{pick(words.PLACES)}: {pick(words.BODIES)} {pick(words.DEEDS)} {pick(words.THINGS)} ({number})"

    def _news(self, language: str) -> str:
        """Write one sentence or two, of whole phrases: a choice word by word would take most of the time."""
        draw = self._random.random
        subjects, deeds, circumstances, units, quotes = _PHRASES[language]
        number = int(draw() * 9998)
        news = (
            f"{subjects[int(draw() * len(subjects))]} {deeds[int(draw() * len(deeds))]}"
            f"{circumstances[int(draw() * len(circumstances))]}; {units.format(number + 2)}"
        )
        return f"{news} {quotes[int(draw() * len(quotes))]}" if number % 3 == 0 else news

    def _record(self, draft: _Draft, index: int) -> Raw:
        at = self._at(index)
        record: Raw = {
            "outlet": draft.outlet,
            "id": draft.id,
            "url": f"https://{draft.outlet}/{draft.id}",
            "title": draft.title,
            "published_at": _seconds(draft.published_at),
            "language": draft.language,
            "arrived_at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
        }
        if draft.truth.kind == "broken":
            return record
        # the outlet's own furniture: the same for all that it publishes, so that a copy differs by it alone
        blocks = words.RU_BOILERPLATE if draft.language == "ru" else words.BOILERPLATE
        number = int(draft.outlet[7:10])
        furniture = (blocks[number % len(blocks)],) if number % 2 else ()
        if draft.as_page:
            record["html"] = _page(draft, furniture)
        else:
            record["text"] = "\n\n".join(draft.paragraphs + furniture)
        return record

    def _at(self, index: int) -> datetime:
        return self._start_at + index * self._gap

    def _outlet(self) -> str:
        return self._random.choice(self._outlets)

    def _other_outlet(self, outlet: str) -> str:
        other = self._outlets[self._random.randrange(len(self._outlets) - 1)]
        return other if other != outlet else self._outlets[-1]


def _retold(truth: Truth, kind: Kind, of: str | None) -> Truth:
    return Truth(kind, of, truth.label, truth.watch_ids, truth.holder)


def _seconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _page(draft: _Draft, furniture: tuple[str, ...]) -> str:
    body = "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in draft.paragraphs)
    aside = "".join(f"<aside><p>{escape(block)}</p></aside>" for block in furniture)
    return (
        f'<!DOCTYPE html><html lang="{draft.language}"><head><meta charset="utf-8"><title>{escape(draft.title)}</title>'
        f'<link rel="canonical" href="https://{draft.outlet}/{draft.id}"></head><body><nav><a href="/">Home</a> '
        f'<a href="/news">News</a></nav><div class="cookie">We use cookies.</div><article>'
        f"<h1>{escape(draft.title)}</h1>\n"
        f"{body}\n</article>{aside}<footer>All rights reserved.</footer></body></html>"
    )

"""What of one mention decides where it belongs? Taken from the mention and the version of its watch, nothing else.

A claim is a holder, a lane and a stance; a position is a claim and its condition: its trigger, and whether it is waited
for or braved ("even if"). "If" and "only if" are one position, because outlets write either. A position said on one day
is an ``utterance`` (``<claim>.<condition>@<day>``), the node of which statements are made. ``main`` is the utterance
that speaks for the mention (``streams/model/precedence.py``); ``current`` are those said on the same day as it: what
the article is about, as against what it repeats as background. Where a quotation is known to be older than its article
says (``quotes.py``), the older day counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from streams.alert.words import (
    MAX_LEAD_WORDS,
    are_openings_alike,
    are_titles_alike,
    fold,
    key_words,
    opening_words,
    pairs,
    stems,
    words,
)
from streams.model.ids import digest
from streams.model.precedence import axis_labels, principal
from streams.model.records import Carrier, Mention, Statement
from streams.model.watch import Watch

PLAIN, UNNAMED, NAMED = "p", "u", "n"
"""No condition, one whose trigger is not known, one with a trigger."""

_DIRECTNESS = {"direct": "0", "mixed": "1", "indirect": "2", "headline": "3", "reported": "4"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a story's first article is headed: enough to tell whether another one is about the same."""

    day: str
    days: int
    title_key: str
    keys: frozenset[str]
    title: frozenset[str]
    lead: frozenset[str]

    def is_like(self, other: Heading) -> bool:
        if self.title_key == other.title_key:
            return True
        if abs(day_number(self.day) - day_number(other.day)) > min(self.days, other.days):
            return False
        if self.keys.isdisjoint(other.keys):
            return False
        one, two = (self.title, self.lead), (other.title, other.lead)
        return are_titles_alike(one, two) or (self.day == other.day and are_openings_alike(one, two))


@dataclass(frozen=True, slots=True)
class Facts:
    """A mention with what follows from it. ``utterances`` has the best-known wording for each."""

    mention: Mention
    watch: Watch
    axis: tuple[str, ...]
    utterances: Mapping[str, Statement]
    main: str | None
    current: frozenset[str]

    @property
    def mention_id(self) -> str:
        return self.mention["mention_id"]

    @property
    def order(self) -> tuple[str, str]:
        return self.mention["published_at"], self.mention["mention_id"]


def day_number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def utterance_of(statement: Statement, published_at: str) -> str:
    """The node of a statement: what is said, by whom, on which day (the day of publication if ``said_at`` is none)."""
    claim = digest("claim", statement["holder_id"], statement["stance"], statement["lane"])
    try:
        day = date.fromisoformat(statement["said_at"][:10]).isoformat()
    except ValueError:
        day = published_at[:10]
    return f"{claim}.{_condition_of(statement)}@{day}"


def _condition_of(statement: Statement) -> str:
    """What a condition is known by: how much of it is known, and its trigger."""
    condition = statement["condition"]
    if condition is None:
        return PLAIN
    kind = "concessive" if condition["kind"] == "concessive" else "waits"
    known = UNNAMED if condition["trigger"] == "other" else NAMED
    return known + digest("condition", kind, condition["trigger"])


def are_compatible(one: str, other: str) -> bool:
    """Whether two conditions of a claim may be one, read in another way: equal, or one has no trigger that was named.

    >>> are_compatible(PLAIN, NAMED + "1"), are_compatible(NAMED + "1", NAMED + "2")
    (True, False)
    """
    return one == other or one[0] != NAMED or other[0] != NAMED


def wording_rank(statement: Statement) -> str:
    """Sorts the carriers of one statement by how well they know it: asserted before anything else, then with a trigger,
    then direct."""
    condition = statement["condition"]
    return (
        ("0" if statement["status"] == "asserted" else "1")
        + ("0" if condition is not None and condition["trigger"] != "other" else "1")
        + _DIRECTNESS.get(statement["directness"], "5")
    )


def gather(mention: Mention, watch: Watch, dates: Mapping[str, str]) -> Facts:
    """Take in a mention; ``dates`` has the utterances that are of another day than the article says."""
    axis = axis_labels(watch["stance"])
    published_at = mention["published_at"]
    statements = mention["statements"]
    if dates:
        statements = [_redated(statement, published_at, dates) for statement in statements]
    utterances: dict[str, Statement] = {}
    for statement in statements:
        utterance = utterance_of(statement, published_at)
        best = utterances.get(utterance)
        if best is None or _place(statement) < _place(best):
            utterances[utterance] = statement
    speaking = principal(statements, axis)
    main = None if speaking is None else utterance_of(speaking, published_at)
    current = frozenset(
        utterance
        for utterance, statement in utterances.items()
        if main and statement["status"] == "asserted" and utterance[-10:] == main[-10:]
    )
    return Facts(mention, watch, axis, utterances, main, current)


def _redated(statement: Statement, published_at: str, dates: Mapping[str, str]) -> Statement:
    day = dates.get(utterance_of(statement, published_at))
    return statement if day is None else {**statement, "said_at": day}


def heading_of(facts: Facts) -> Heading:
    mention = facts.mention
    title, lead = words(mention["title"]), words(mention["lead"])[:MAX_LEAD_WORDS]
    day = mention["published_at"][:10]
    folded = " ".join(fold(mention["title"]).split()) or " ".join(fold(mention["lead"]).split())
    asked = {highlight["term"] for highlight in mention["highlights"]}
    return Heading(
        day=day,
        days=facts.watch["alerts"]["story_days"],
        title_key=digest("title", day, folded),
        keys=frozenset(
            (
                *pairs(key_words(mention["title"], mention["lead"], asked)),
                *pairs(opening_words(mention["lead"], asked)),
            )
        ),
        title=frozenset(stems(title)),
        lead=frozenset(stems(lead)),
    )


def carrier_of(mention: Mention) -> Carrier:
    return {
        "article_id": mention["article_id"],
        "outlet": mention["outlet"],
        "url": mention["url"],
        "title": mention["title"],
        "published_at": mention["published_at"],
        "kind": mention["dedupe"]["kind"],
    }


def _place(statement: Statement) -> tuple[str, bool, int, int, str]:
    evidence = statement["evidence"]
    return (
        wording_rank(statement),
        evidence["field"] != "title",
        evidence["start"],
        evidence["end"],
        evidence["text"],
    )

"""The records on the wire, as types. ``schemas/records/`` is the contract; a test holds the two together.

Records stay dictionaries from decode to encode: unknown fields are kept without copying, and nothing is converted
on the hot path. Offsets (``start``, ``end``) are Unicode code points into ``text`` (or ``title`` where ``field``
says so), end exclusive. Times are RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

DedupeKind = Literal["original", "exact", "near"]
Lane = Literal["word", "act"]
Directness = Literal["direct", "indirect", "mixed", "headline", "reported"]
StatementStatus = Literal["asserted", "withdrawn", "disputed", "fabricated"]
Field = Literal["title", "text"]


class RawArticle(TypedDict):
    """``articles-raw``: what came in, stamped once by ingest. One of ``text`` and ``html`` is there."""

    outlet: str
    arrived_at: str
    id: NotRequired[str]
    url: NotRequired[str | None]
    title: NotRequired[str | None]
    text: NotRequired[str | None]
    html: NotRequired[str | None]
    author: NotRequired[str | None]
    published_at: NotRequired[str | None]
    language: NotRequired[str | None]
    feed: NotRequired[str | None]
    backfill: NotRequired[bool]


class Span(TypedDict):
    start: int
    end: int
    kind: str
    reason: str


class Change(TypedDict):
    """One replaced passage between two versions: ``text[start:end]`` of the new one stands where ``old`` stood."""

    start: int
    end: int
    old: str


class Diff(TypedDict):
    previous_id: str
    added: int
    removed: int
    changes: list[Change]
    old_title: NotRequired[str]


class Article(TypedDict):
    """``articles-clean``: one version of one document of one outlet."""

    article_id: str
    url_id: str
    outlet: str
    url: str | None
    source_id: NotRequired[str]
    title: str
    text: str
    author: NotRequired[str | None]
    language: str
    language_claimed: NotRequired[str | None]
    published_at: str
    published_claimed: NotRequired[str | None]
    published_basis: Literal["claimed", "arrival"]
    arrived_at: str
    backfill: bool
    format: Literal["text", "snippet", "page"]
    version: int
    diff: NotRequired[Diff]
    boilerplate: list[Span]
    rules: dict[str, str]


class Dedupe(TypedDict):
    kind: DedupeKind
    original_id: str
    cluster_id: str
    reason: str


class DedupedArticle(Article):
    """``articles-deduped``: the article with its verdict; a later record under the same article_id revises it."""

    dedupe: Dedupe


class Highlight(TypedDict):
    field: Field
    start: int
    end: int
    term: str


class WatchMatch(TypedDict):
    watch_id: str
    watch_version: int
    highlights: list[Highlight]


class Match(DedupedArticle):
    """``matches``: an article that some watches matched."""

    watches: list[WatchMatch]


class Condition(TypedDict):
    """``kind``: only-if, unless, if, as-long-as, until, concessive. ``trigger``: attack, ally-request, opportunity …
    ``met``: claimed (someone says that it is met), not-reported, denied. ``inverted``: it waits for the trigger to
    stay away ("we stay out as long as nobody attacks us")."""

    text: str
    kind: str
    trigger: str
    met: str
    inverted: NotRequired[bool]


class Evidence(TypedDict):
    field: Field
    text: str
    start: int
    end: int


class Statement(TypedDict):
    """Who says what about the watch's question, as one article has it."""

    holder: str
    holder_id: str
    holder_role: str
    authority: str
    stance: str
    condition: Condition | None
    default: str | None
    lane: Lane
    negated: bool
    modality: str | None
    horizon: str | None
    evidence: Evidence
    directness: Directness
    said_at: str
    status: StatementStatus
    confidence: float
    wordings: NotRequired[list[Evidence]]


class Takeback(TypedDict):
    """Earlier words of a holder that an article says do not hold. ``kind``: withdrawn (not meant, not said like that),
    corrected (other words in their place), disputed (the holder says that they never said so). ``by``: the holder (or
    who speaks for them), or the outlet, which speaks for its own reports alone. ``stance``: what was taken back, None
    for whatever commitment was the last; ``instead``: the stance that holds in its place; ``said_at``: the day of the
    words, None where the article does not tell; ``on``: the day on which they were taken back."""

    holder_id: str
    kind: Literal["withdrawn", "corrected", "disputed"]
    by: Literal["holder", "outlet"]
    stance: str | None
    instead: str | None
    said_at: str | None
    on: str
    evidence: Evidence


class LeftOut(TypedDict):
    """A passage that was looked at and is nobody's statement, and why (boilerplate, background, third-party …)."""

    field: Field
    start: int
    end: int
    reason: str
    text: str


class Mention(TypedDict):
    """``mentions``: one article as one watch sees it. The text stays behind; title, lead and evidence go on."""

    mention_id: str
    watch_id: str
    watch_version: int
    article_id: str
    url_id: str
    outlet: str
    url: str | None
    source_id: NotRequired[str]
    title: str
    lead: str
    language: str
    published_at: str
    arrived_at: str
    backfill: bool
    version: int
    dedupe: Dedupe
    label: str
    statements: list[Statement]
    takebacks: NotRequired[list[Takeback]]
    left_out: list[LeftOut]
    highlights: list[Highlight]
    rules: dict[str, str]


class Carrier(TypedDict):
    """One article that carries a statement or a story."""

    article_id: str
    outlet: str
    url: str | None
    title: str
    published_at: str
    kind: DedupeKind


class Reach(TypedDict):
    """``articles`` counts URLs, ``copies`` those of them that repeat another's text, ``outlets`` distinct outlets."""

    outlets: int
    articles: int
    copies: int


class Objection(TypedDict):
    """Why a statement does not stand as it was told, and the other side's words. ``by``: the holder, an outlet that
    corrects itself, or outlets that contradict each other (``kind`` is then disputed). ``instead``: the stance that the
    other side has in its place; ``article``: the first that says so."""

    kind: Literal["withdrawn", "corrected", "disputed"]
    by: Literal["holder", "outlet", "outlets"]
    on: str
    instead: str | None
    evidence: str
    article: Carrier


class StatementRecord(TypedDict):
    """``statements``: one statement over all articles that carry it; revisions under one statement_id. A record with
    ``status`` superseded is the last one under its id; ``successor_id`` names what took its place, if anything did.
    ``objection`` is there where others take back or contradict what its carriers assert."""

    statement_id: str
    watch_id: str
    revision: str
    holder: str
    holder_id: str
    stance: str
    condition: Condition | None
    default: str | None
    lane: Lane
    said_at: str
    status: Literal["asserted", "withdrawn", "disputed", "fabricated", "superseded"]
    successor_id: NotRequired[str]
    objection: NotRequired[Objection]
    evidence: Evidence
    wordings: list[str]
    carriers: list[Carrier]
    reach: Reach
    first_published_at: str
    story_id: str
    rules: dict[str, str]


class StanceChange(TypedDict):
    """``direction``: hardened, softened, reverted: from the position before to the one that the alert tells. withdrawn,
    corrected, disputed: from what the alert told (which is then also the statement before) to what stands now
    (``none``: nothing is on file), with the ``objection`` as the other side."""

    from_stance: str
    to_stance: str
    direction: str
    previous_statement_id: str
    previous_said_at: str
    previous_evidence: str
    previous_condition: Condition | None
    objection: NotRequired[Objection]


class Alert(TypedDict):
    """``alerts``: one a story and watch, updated in place; ``revision`` is a hash of the content.

    A record with ``status`` superseded is a tombstone that names its ``successor_id``.
    """

    alert_id: str
    watch_id: str
    watch_version: int
    status: Literal["live", "superseded"]
    successor_id: NotRequired[str]
    revision: str
    kind: Literal["first-mention", "stance-change", "corrected", "retracted"]
    severity: Literal["notice", "warning", "critical"]
    question: str
    story_id: str
    label: str
    statement: Statement | None
    statement_id: str | None
    also: list[Statement]
    change: StanceChange | None
    article: Carrier
    language: NotRequired[str]
    carriers: list[Carrier]
    reach: Reach
    highlights: list[Highlight]
    left_out: list[LeftOut]
    first_published_at: str
    first_arrived_at: str
    backfill: bool
    rules: dict[str, str]

"""The tables of the read model, and how a rebuild gets a second set of them beside the first.

A row is the last record under an id, as on its topic: ``record`` is that record as JSON text, the other columns are
copies of its fields to filter and order by. Nothing here is the truth: everything comes from the topics and can be
built again (``rebuild.py``). Times are RFC 3339 in UTC as on the wire; fixed width sorts as text.

``articles.place`` orders articles by (published_at, article_id) in one number (``place_of``); it is the row id of the
text and of its full-text index too, so that a search comes out in the order of publication without sorting.

A rebuild fills ``fresh_*`` tables and renames them. Names of constraints and indexes are unique in a database and
renaming a table leaves them, so they end in the generation of their build.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

SCHEMA_VERSION: Final = 1
FRESH: Final = "fresh_"
SEARCHED_CHARACTERS: Final = 100_000
"""How much of a text PostgreSQL indexes: its index of one text can't hold more than a megabyte."""

_BIG = BigInteger().with_variant(Integer, "sqlite")
# bytes decide the order on both: times, ids and cursors must not depend on a language's rules of sorting
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_VECTOR = TSVECTOR().with_variant(Text, "sqlite")


@dataclass(frozen=True, slots=True)
class Tables:
    """One set of tables. ``alert_articles`` and the like are lists of a record, to look up by."""

    metadata: MetaData
    positions: Table
    articles: Table
    article_texts: Table
    mentions: Table
    mention_holders: Table
    statements: Table
    statement_articles: Table
    alerts: Table
    alert_articles: Table
    stories: Table
    watches: Table
    subscriptions: Table
    silences: Table
    acknowledgements: Table
    feedback: Table
    deliveries: Table
    delivery_alerts: Table
    dead_letters: Table
    dead_letter_statuses: Table
    outlets: Table
    volumes: Table

    def all(self) -> list[Table]:
        return [getattr(self, item.name) for item in fields(self) if item.name != "metadata"]


META: Final = MetaData()
"""Tables that a rebuild leaves alone: the store's own notes, and what others keep in the same database."""

notes = Table("store_notes", META, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))


def make_tables(prefix: str = "", generation: int = 0) -> Tables:
    """The set of tables with this prefix, their constraints and indexes named for this generation."""
    naming = {"pk": f"pk_%(table_name)s_{generation}", "uq": f"uq_%(table_name)s_%(column_0_name)s_{generation}"}
    meta = MetaData(naming_convention=naming)

    def text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
        return Column(name, _TEXT, primary_key=key, nullable=null)

    def number(name: str) -> Column[int]:
        return Column(name, _BIG, nullable=False)

    def table(name: str, *columns: Column[Any], indexes: tuple[tuple[str, ...], ...] = ()) -> Table:
        made = Table(prefix + name, meta, *columns)
        for index in indexes:
            Index(f"ix_{name}_{'_'.join(index)}_{generation}", *(made.c[column] for column in index))
        return made

    def versions(name: str, key: str) -> Table:
        return table(
            name, text(key, key=True), Column("version", Integer, primary_key=True), text("status"), text("record")
        )

    return Tables(
        metadata=meta,
        positions=table(
            "positions",
            text("topic", key=True),
            Column("partition", Integer, primary_key=True, autoincrement=False),
            number("next_offset"),
            number("missed"),
            number("unreadable"),
        ),
        articles=table(
            "articles",
            text("article_id", key=True),
            Column("place", _BIG, nullable=False, unique=True),
            text("url_id"),
            text("url", null=True),
            text("outlet"),
            text("title"),
            text("language"),
            text("published_at"),
            text("arrived_at"),
            Column("version", Integer, nullable=False),
            text("kind"),
            text("original_id"),
            text("cluster_id"),
            Column("backfill", Boolean, nullable=False),
            text("record"),
            indexes=(
                ("outlet", "place"),
                ("outlet", "arrived_at"),
                ("language", "place"),
                ("kind", "place"),
                ("url_id", "version"),
                ("url",),
                ("cluster_id", "place"),
                ("arrived_at",),
            ),
        ),
        article_texts=table(
            "article_texts",
            Column("place", _BIG, primary_key=True, autoincrement=False),
            Column("article_id", _TEXT, nullable=False, unique=True),
            text("arrived_at"),
            text("title"),
            text("text"),
            text("record"),
            Column("search", _VECTOR, nullable=True),
            indexes=(("arrived_at",),),
        ),
        mentions=table(
            "mentions",
            text("mention_id", key=True),
            text("watch_id"),
            Column("watch_version", Integer, nullable=False),
            text("article_id"),
            number("place"),
            text("outlet"),
            text("language"),
            text("published_at"),
            text("arrived_at"),
            text("label"),
            text("kind"),
            text("cluster_id"),
            Column("backfill", Boolean, nullable=False),
            text("record"),
            indexes=(
                ("watch_id", "place", "mention_id"),
                ("watch_id", "label", "place", "mention_id"),
                ("watch_id", "outlet", "place", "mention_id"),
                ("place", "mention_id"),
                ("label", "place", "mention_id"),
                ("outlet", "place", "mention_id"),
                ("article_id",),
            ),
        ),
        mention_holders=table(
            "mention_holders",
            text("mention_id", key=True),
            text("holder_id", key=True),
            indexes=(("holder_id", "mention_id"),),
        ),
        statements=table(
            "statements",
            text("statement_id", key=True),
            text("watch_id"),
            text("holder_id"),
            text("holder"),
            text("stance"),
            text("lane"),
            text("said_at"),
            text("status"),
            text("story_id"),
            text("successor_id", null=True),
            text("first_published_at"),
            number("outlets"),
            number("articles"),
            number("copies"),
            text("revision"),
            text("words"),
            text("changed_at"),
            text("record"),
            indexes=(
                ("watch_id", "said_at", "statement_id"),
                ("watch_id", "holder_id", "said_at", "statement_id"),
                ("watch_id", "stance", "said_at", "statement_id"),
                ("said_at", "statement_id"),
                ("story_id",),
                ("successor_id",),
            ),
        ),
        statement_articles=table(
            "statement_articles",
            text("statement_id", key=True),
            text("article_id", key=True),
            text("outlet"),
            indexes=(("article_id",), ("outlet", "statement_id")),
        ),
        alerts=table(
            "alerts",
            text("alert_id", key=True),
            text("watch_id"),
            Column("watch_version", Integer, nullable=False),
            text("kind"),
            text("severity"),
            text("label"),
            text("status"),
            text("successor_id", null=True),
            text("story_id"),
            text("statement_id", null=True),
            text("holder_id", null=True),
            text("article_id"),
            text("outlet"),
            text("first_published_at"),
            text("first_arrived_at"),
            Column("backfill", Boolean, nullable=False),
            text("revision"),
            text("words"),
            text("changed_at"),
            text("record"),
            indexes=(
                ("watch_id", "first_published_at", "alert_id"),
                ("watch_id", "changed_at", "alert_id"),
                ("watch_id", "label", "first_published_at", "alert_id"),
                ("watch_id", "holder_id", "first_published_at", "alert_id"),
                ("severity", "first_published_at", "alert_id"),
                ("kind", "first_published_at", "alert_id"),
                ("first_published_at", "alert_id"),
                ("changed_at", "alert_id"),
                ("story_id",),
                ("article_id",),
                ("successor_id",),
            ),
        ),
        alert_articles=table(
            "alert_articles",
            text("alert_id", key=True),
            text("article_id", key=True),
            text("outlet"),
            indexes=(("article_id",), ("outlet", "alert_id")),
        ),
        stories=table(
            "stories",
            text("watch_id", key=True),
            text("story_id", key=True),
            text("alert_id", null=True),
            text("title"),
            text("label"),
            text("holder_id", null=True),
            text("first_published_at"),
            number("outlets"),
            number("articles"),
            number("copies"),
            text("words"),
            text("record"),
            indexes=(
                ("watch_id", "first_published_at", "story_id"),
                ("first_published_at", "story_id"),
                ("story_id",),
            ),
        ),
        watches=versions("watches", "watch_id"),
        subscriptions=versions("subscriptions", "subscription_id"),
        silences=versions("silences", "silence_id"),
        acknowledgements=table(
            "acknowledgements",
            text("acknowledgement_id", key=True),
            Column("version", Integer, primary_key=True),
            text("status"),
            text("alert_id"),
            text("watch_id"),
            text("record"),
            indexes=(("alert_id",),),
        ),
        feedback=table(
            "feedback",
            text("feedback_id", key=True),
            text("kind"),
            text("watch_id"),
            text("alert_id", null=True),
            text("mention_id", null=True),
            text("article_id", null=True),
            text("undoes", null=True),
            text("given_at"),
            text("record"),
            indexes=(("alert_id",), ("mention_id",), ("article_id",), ("given_at", "feedback_id"), ("undoes",)),
        ),
        deliveries=table(
            "deliveries",
            text("delivery_id", key=True),
            text("subscription_id"),
            text("watch_id", null=True),
            text("alert_id", null=True),
            text("event_type"),
            text("state"),
            text("changed_at"),
            text("record"),
            indexes=(
                ("subscription_id", "changed_at", "delivery_id"),
                ("state", "changed_at", "delivery_id"),
                ("watch_id", "changed_at", "delivery_id"),
                ("changed_at", "delivery_id"),
            ),
        ),
        delivery_alerts=table(
            "delivery_alerts",
            text("delivery_id", key=True),
            text("alert_id", key=True),
            indexes=(("alert_id",),),
        ),
        dead_letters=table(
            "dead_letters",
            text("dead_letter_id", key=True),
            text("topic"),
            Column("partition", Integer, nullable=False),
            number("offset"),
            text("stage"),
            text("reason"),
            text("arrived_at"),
            text("record"),
            indexes=(("arrived_at", "dead_letter_id"), ("topic", "partition", "offset")),
        ),
        dead_letter_statuses=table(
            "dead_letter_statuses", text("dead_letter_id", key=True), text("status"), text("record")
        ),
        outlets=table(
            "outlets",
            text("outlet", key=True),
            number("articles"),
            number("copies"),
            text("first_arrived_at"),
            text("last_arrived_at"),
            text("last_published_at"),
        ),
        volumes=table(
            "volumes",
            text("axis", key=True),
            text("watch_id", key=True),
            text("label", key=True),
            text("hour", key=True),
            number("originals"),
            number("copies"),
        ),
    )


TABLES: Final = make_tables()
"""The tables that readers see."""

SEARCH: Final = "article_search"
"""SQLite's full-text index of ``article_texts``; it keeps no text of its own."""


def place_of(published_epoch_s: int, article_id: str) -> int:
    """Seconds since 1970 and the first 30 bits of the id: ascending as (published_at, article_id).

    >>> place_of(1, "00000004" + 24 * "0") == (1 << 30) + 1
    True
    """
    return published_epoch_s << 30 | int(article_id[:8], 16) >> 2


def search_index(prefix: str = "") -> list[str]:
    """What SQLite needs for full-text search of the texts with this prefix.

    The index names the table without a prefix as the owner of its text, since that is its name once a rebuild is done;
    writing goes by the triggers, which hand the text over.
    """
    texts, index = f"{prefix}article_texts", f"{prefix}{SEARCH}"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5("
        "title, text, content='article_texts', content_rowid='place', tokenize='unicode61 remove_diacritics 2')",
        f"CREATE TRIGGER {texts}_come AFTER INSERT ON {texts} BEGIN "  # noqa: S608  # names of ours
        f"INSERT INTO {index} (rowid, title, text) VALUES (new.place, new.title, new.text); END",
        f"CREATE TRIGGER {texts}_go AFTER DELETE ON {texts} BEGIN "  # noqa: S608  # names of ours
        f"INSERT INTO {index} ({index}, rowid, title, text) VALUES ('delete', old.place, old.title, old.text); END",
    ]

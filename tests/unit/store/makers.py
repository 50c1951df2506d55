"""Small valid records of every kind, as their topics have them, and a log of them without a log."""

from __future__ import annotations

from typing import Any

from schemas import encode, topic_of, validate
from streams.log.protocol import StoredRecord
from streams.model.ids import digest

WATCH = "river-fever"
Record = dict[str, Any]


def at(hour: int, minute: int = 0) -> str:
    """A time of publication: hours since the beginning of 2 March 2026."""
    return f"2026-03-{2 + hour // 24:02d}T{hour % 24:02d}:{minute:02d}:00Z"


def arrival(hour: int) -> str:
    return at(hour).replace("Z", ".000Z")


def article_id(number: int) -> str:
    return digest("article", str(number))


def article(number: int, hour: int = 0, **changes: Any) -> Record:
    id_ = article_id(number)
    record: Record = {
        "article_id": id_,
        "url_id": digest("url", f"https://gazette.example/{number}"),
        "outlet": "gazette.example",
        "url": f"https://gazette.example/{number}",
        "title": f"Title {number}",
        "text": f"Fever word{number} in the valley.",
        "author": None,
        "language": "en",
        "published_at": at(hour),
        "published_basis": "claimed",
        "arrived_at": arrival(hour),
        "backfill": False,
        "format": "text",
        "version": 1,
        "boilerplate": [],
        "rules": {"clean": "1", "dedupe": "1"},
        "dedupe": {"kind": "original", "original_id": id_, "cluster_id": id_, "reason": "no earlier article has it"},
    }
    return {**record, **changes}


def copy_of(original: int) -> Record:
    """The verdict of a copy."""
    id_ = article_id(original)
    return {"kind": "exact", "original_id": id_, "cluster_id": id_, "reason": "the same text"}


def said(**changes: Any) -> Record:
    """A statement as a mention has it."""
    record: Record = {
        "holder": "The Mayor",
        "holder_id": "mayor",
        "holder_role": "mayor",
        "authority": "state",
        "stance": "refuses",
        "condition": None,
        "default": None,
        "lane": "word",
        "negated": False,
        "modality": None,
        "horizon": None,
        "evidence": {"field": "text", "text": "Fever", "start": 0, "end": 5},
        "directness": "direct",
        "said_at": "2026-03-02",
        "status": "asserted",
        "confidence": 0.9,
    }
    return {**record, **changes}


def mention(number: int, hour: int = 0, watch: str = WATCH, **changes: Any) -> Record:
    source = article(number, hour)
    same = ("article_id", "url_id", "outlet", "url", "title", "language", "published_at", "arrived_at", "backfill")
    record: Record = {
        "mention_id": digest("mention", source["article_id"], watch),
        "watch_id": watch,
        "watch_version": 1,
        **{name: source[name] for name in same},
        "lead": "Fever",
        "version": 1,
        "dedupe": source["dedupe"],
        "label": "refuses",
        "statements": [said()],
        "left_out": [],
        "highlights": [{"field": "text", "start": 0, "end": 5, "term": "fever"}],
        "rules": {"stance": "1"},
    }
    return {**record, **changes}


def carrier(number: int, hour: int = 0) -> Record:
    source = article(number, hour)
    names = ("article_id", "outlet", "url", "title", "published_at")
    return {**{name: source[name] for name in names}, "kind": "original"}


def statement(name: str, story: str = "one", numbers: tuple[int, ...] = (1,), **changes: Any) -> Record:
    record: Record = {
        "statement_id": digest("statement", name),
        "watch_id": WATCH,
        "revision": digest("revision", name),
        "holder": "The Mayor",
        "holder_id": "mayor",
        "stance": "refuses",
        "condition": None,
        "default": None,
        "lane": "word",
        "said_at": "2026-03-02",
        "status": "asserted",
        "evidence": said()["evidence"],
        "wordings": ["Fever"],
        "carriers": [carrier(number) for number in numbers],
        "reach": {"outlets": 1, "articles": len(numbers), "copies": 0},
        "first_published_at": at(0),
        "story_id": digest("story", story),
        "rules": {},
    }
    return {**record, **changes}


def alert(story: str = "one", numbers: tuple[int, ...] = (1,), **changes: Any) -> Record:
    record: Record = {
        "alert_id": digest("alert", WATCH, story),
        "watch_id": WATCH,
        "watch_version": 1,
        "status": "live",
        "revision": digest("revision", story),
        "kind": "first-mention",
        "severity": "notice",
        "question": "Will the mayor act?",
        "story_id": digest("story", story),
        "label": "refuses",
        "statement": said(),
        "statement_id": digest("statement", story),
        "also": [],
        "change": None,
        "article": carrier(numbers[0]),
        "carriers": [carrier(number) for number in numbers],
        "reach": {"outlets": 1, "articles": len(numbers), "copies": 0},
        "highlights": [],
        "left_out": [],
        "first_published_at": at(0),
        "first_arrived_at": arrival(0),
        "backfill": False,
        "rules": {},
    }
    return {**record, **changes}


def ended(record: Record, successor_id: str | None) -> Record:
    """The last word under an id."""
    light = {**record, "status": "superseded", "carriers": []}
    return {**light, "successor_id": successor_id} if successor_id else light


def watch(version: int = 1, **changes: Any) -> Record:
    record: Record = {
        "watch_id": WATCH,
        "version": version,
        "effective_from": "1970-01-01T00:00:00.000Z",
        "status": "active",
        "title": "River fever",
        "question": None,
        "owner": "desk",
        "query": "fever AND valley",
        "scope": {"languages": [], "outlets": [], "countries": []},
        "stance": None,
        "alerts": {"first_mention": "any", "stance_change": True, "story_days": 3, "severity": {"default": "notice"}},
        "changed_by": "desk",
    }
    return {**record, **changes}


def acknowledgement(alert_id: str, **changes: Any) -> Record:
    record: Record = {
        "acknowledgement_id": digest("acknowledgement", alert_id),
        "version": 1,
        "status": "active",
        "alert_id": alert_id,
        "watch_id": WATCH,
        "revision": digest("revision", "one"),
        "label": "refuses",
        "statement_id": None,
        "actor": "ana",
        "reason": None,
        "acknowledged_at": arrival(5),
        "expires_at": None,
    }
    return {**record, **changes}


def feedback(name: str, alert_id: str, **changes: Any) -> Record:
    record: Record = {
        "feedback_id": digest("feedback", name),
        "kind": "wrong",
        "watch_id": WATCH,
        "watch_version": 1,
        "alert_id": alert_id,
        "mention_id": None,
        "article_id": None,
        "label_before": "refuses",
        "actor": "ana",
        "given_at": arrival(6),
        "rules": {},
    }
    return {**record, **changes}


def delivery(name: str, alert_id: str, **changes: Any) -> Record:
    record: Record = {
        "delivery_id": digest("delivery", name),
        "subscription_id": "desk-hook",
        "subscription_version": 1,
        "event_type": "newsvane.alert.opened",
        "watch_id": WATCH,
        "alert_id": alert_id,
        "revision": digest("revision", "one"),
        "alerts": [{"alert_id": alert_id, "revision": digest("revision", "one")}],
        "state": "delivered",
        "reason": "a new story",
        "attempt": 1,
        "next_attempt_at": None,
        "created_at": arrival(1),
        "changed_at": arrival(1),
        "response": {"status": 200, "error": None, "retry_after_s": None, "duration_ms": 5},
    }
    return {**record, **changes}


def dead_letter(name: str, **changes: Any) -> Record:
    record: Record = {
        "dead_letter_id": digest("dead-letter", name),
        "topic": topic_of("article-raw").name,
        "partition": 0,
        "offset": 7,
        "arrived_at": arrival(0),
        "stage": "clean",
        "reason": "empty-text",
        "message": "the article has no text",
        "field": None,
        "size_bytes": 2,
        "sha256": "0" * 64,
        "prefix": "{}",
        "rules": {},
    }
    return {**record, **changes}


def stored(kind: str, *records: Record | None, start: int = 0, topic: str | None = None) -> list[StoredRecord]:
    """The records one behind the other in partition 0 of their topic, a second apart; None is a tombstone."""
    declared = topic or topic_of(kind).name
    made = []
    for number, record in enumerate(records, start):
        if record is not None:
            validate(kind, record)
        key = b"key" if record is None else b"k"
        value = None if record is None else encode(record)
        made.append(StoredRecord(declared, 0, number, 1_772_409_600_000 + 1000 * number, key, value, ()))
    return made

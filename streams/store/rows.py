"""From a record to its rows: pure, one function a kind. The columns are copies of the record's fields, nothing more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from streams.model.times import epoch_ms, format_utc_ms, parse_utc
from streams.store.search import fold
from streams.store.tables import place_of

Record = dict[str, Any]
Values = dict[str, Any]

TEXT_FIELDS: Final = ("text", "boilerplate", "diff")
"""What of an article is kept as long as its text."""
MAX_WORDS_CHARACTERS: Final = 4_000


def article_row(record: Record) -> Values:
    """Without ``place``, which depends on the articles beside it."""
    verdict = record["dedupe"]
    return _storable(
        {name: record[name] for name in ("article_id", "url_id", "url", "outlet", "title", "language")}
        | {name: record[name] for name in ("published_at", "arrived_at", "version", "backfill")}
        | {"kind": verdict["kind"], "original_id": verdict["original_id"], "cluster_id": verdict["cluster_id"]},
        _json({name: value for name, value in record.items() if name not in TEXT_FIELDS}),
    )


def article_text_row(record: Record) -> Values:
    kept: Record = {name: record[name] for name in ("boilerplate", "diff") if name in record}
    return _storable({name: record[name] for name in ("article_id", "arrived_at", "title", "text")}, _json(kept))


def first_place(record: Record) -> int:
    """Where the article stands in the order of publication, if nobody has that place."""
    return place_of(epoch_ms(parse_utc(record["published_at"])) // 1000, record["article_id"])


def mention_row(record: Record, value: bytes) -> Values:
    same = ("mention_id", "watch_id", "watch_version", "article_id", "outlet", "language", "published_at", "arrived_at")
    verdict = record["dedupe"]
    return _storable(
        {name: record[name] for name in (*same, "label", "backfill")}
        | {"place": first_place(record), "kind": verdict["kind"], "cluster_id": verdict["cluster_id"]},
        value.decode(),
    )


def holders_of(mention: Record) -> list[str]:
    return sorted({_plain(statement["holder_id"]) for statement in mention["statements"]})


def statement_row(record: Record, value: bytes, timestamp_ms: int) -> Values:
    same = ("statement_id", "watch_id", "holder_id", "holder", "stance", "lane", "status", "story_id", "revision")
    condition = (record["condition"] or {}).get("text", "")
    carried = [carrier["title"] for carrier in record["carriers"]]
    return _storable(
        {name: record[name] for name in (*same, "first_published_at")}
        | {
            "said_at": whole_time(record["said_at"]),
            "successor_id": record.get("successor_id"),
            "words": _words(record["holder"], record["evidence"]["text"], condition, *record["wordings"], *carried),
            "changed_at": time_of(timestamp_ms),
            **record["reach"],
        },
        value.decode(),
    )


def alert_row(record: Record, value: bytes, timestamp_ms: int) -> Values:
    same = ("alert_id", "watch_id", "watch_version", "kind", "severity", "label", "status", "story_id", "statement_id")
    article, said = record["article"], record["statement"]
    spoken = [said["holder"], said["evidence"]["text"]] if said else []
    return _storable(
        {name: record[name] for name in (*same, "first_published_at", "first_arrived_at", "backfill", "revision")}
        | {
            "successor_id": record.get("successor_id"),
            "holder_id": said["holder_id"] if said else None,
            "article_id": article["article_id"],
            "outlet": article["outlet"],
            "words": _words(article["title"], *spoken, *(carrier["title"] for carrier in record["carriers"])),
            "changed_at": time_of(timestamp_ms),
        },
        value.decode(),
    )


def carriers_of(record: Record) -> dict[str, str]:
    """The articles that a statement or an alert names, with their outlets."""
    found = {carrier["article_id"]: _plain(carrier["outlet"]) for carrier in record["carriers"]}
    if "article" in record and record["status"] == "live":
        found[record["article"]["article_id"]] = _plain(record["article"]["outlet"])
    return dict(sorted(found.items()))


def story_row(watch_id: str, story_id: str, alert: Record | None, said: list[Record]) -> Values | None:
    """The story that this alert and these statements are about; None without any. A function of the set."""
    said = sorted(said, key=lambda each: (each["first_published_at"], each["statement_id"]))
    if alert is not None:
        title, label, reach, first = (
            alert["article"]["title"],
            alert["label"],
            alert["reach"],
            alert["first_published_at"],
        )
        main = alert["statement"]
    elif said:
        main, first, reach = said[0], said[0]["first_published_at"], said[0]["reach"]
        title = said[0]["carriers"][0]["title"] if said[0]["carriers"] else ""
        label = main["stance"]
    else:
        return None
    holder_id, holder = (main["holder_id"], main["holder"]) if main else (None, None)
    record = {
        "story_id": story_id,
        "watch_id": watch_id,
        "title": title,
        "label": label,
        "alert_id": alert["alert_id"] if alert else None,
        "holder": holder,
        "holder_id": holder_id,
        "reach": reach,
        "first_published_at": first,
        "statements": [each["statement_id"] for each in said],
    }
    columns = {name: record[name] for name in ("story_id", "watch_id", "title", "label", "alert_id", "holder_id")}
    quotes = [each["evidence"]["text"] for each in said]
    counts = {name: reach[name] for name in ("outlets", "articles", "copies")}
    words = _words(title, holder or "", *quotes)
    return _storable({**columns, **counts, "first_published_at": first, "words": words}, _json(record))


def version_row(key: str, record: Record, value: bytes) -> Values:
    return _storable({key: record[key], "version": record["version"], "status": record["status"]}, value.decode())


def acknowledgement_row(record: Record, value: bytes) -> Values:
    same = ("acknowledgement_id", "version", "status", "alert_id", "watch_id")
    return _storable({name: record[name] for name in same}, value.decode())


def feedback_row(record: Record, value: bytes) -> Values:
    same = ("feedback_id", "kind", "watch_id", "alert_id", "mention_id", "article_id", "given_at")
    return _storable({name: record[name] for name in same} | {"undoes": record.get("undoes")}, value.decode())


def delivery_row(record: Record, value: bytes) -> Values:
    same = ("delivery_id", "subscription_id", "watch_id", "alert_id", "event_type", "state", "changed_at")
    return _storable({name: record[name] for name in same}, value.decode())


def alerts_of(delivery: Record) -> list[str]:
    named = {entry["alert_id"] for entry in delivery["alerts"]}
    return sorted(named | {delivery["alert_id"]} if delivery["alert_id"] else named)


def dead_letter_row(record: Record, value: bytes) -> Values:
    same = ("dead_letter_id", "topic", "partition", "offset", "stage", "reason", "arrived_at")
    return _storable({name: record[name] for name in same}, value.decode())


def dead_letter_status_row(record: Record, value: bytes) -> Values:
    return _storable({name: record[name] for name in ("dead_letter_id", "status")}, value.decode())


def whole_time(at: str) -> str:
    """A day as its beginning, so that days and times sort together.

    >>> whole_time("2023-02-16"), whole_time("2023-02-16T12:00:00Z")
    ('2023-02-16T00:00:00Z', '2023-02-16T12:00:00Z')
    """
    return at if "T" in at else f"{at}T00:00:00Z"


def time_of(timestamp_ms: int) -> str:
    whole = datetime.fromtimestamp(timestamp_ms // 1000, UTC)
    return format_utc_ms(whole.replace(microsecond=timestamp_ms % 1000 * 1000))


def _words(*texts: str) -> str:
    return fold(" · ".join(dict.fromkeys(texts)))[:MAX_WORDS_CHARACTERS]


def _json(record: Record) -> str:
    return orjson.dumps(record).decode()


def _storable(columns: Values, record: str) -> Values:
    """PostgreSQL's text can't hold NUL; the JSON beside it escapes it."""
    plain = {name: _plain(value) if isinstance(value, str) else value for name, value in columns.items()}
    return {**plain, "record": record}


def _plain(text: str) -> str:
    return text.replace("\x00", "�") if "\x00" in text else text

"""From a match to its mentions: one for each watch that the article matched.

Each watch is asked in the version that detect pinned to the match. A watch without a question gives the label
``none``; a language that its axis can't read gives ``not-assessed``. The text stays behind: title, lead, evidence and
at most 20 highlights go on. Pure: the same match and book give the same bytes.
"""

from __future__ import annotations

from streams.errors import InvalidRecord
from streams.model.ids import digest
from streams.model.records import Match, Mention, WatchMatch
from streams.model.step import Emit, Step
from streams.model.watch import WatchBook, is_history
from streams.stance.assess import assess

RULES = "3"
LEAD_CHARACTERS = 300
MAX_HIGHLIGHTS = 20


def step(match: Match, watches: WatchBook) -> Step:
    """Assess a match for each of its watches. Raises InvalidRecord if the book lacks a watch version it names."""
    return Step("mentioned", tuple(Emit("mention", _mention(match, entry, watches)) for entry in match["watches"]))


def _mention(match: Match, entry: WatchMatch, watches: WatchBook) -> Mention:
    watch = watches.get(entry["watch_id"], entry["watch_version"])
    if watch is None:
        raise InvalidRecord(
            "unknown-watch",
            f"watch {entry['watch_id']!r} version {entry['watch_version']} is not known; apply it, then retry",
            "/watches",
        )
    found = assess(match, watch)
    mention: Mention = {
        "mention_id": digest("mention", match["article_id"], entry["watch_id"]),
        "watch_id": entry["watch_id"],
        "watch_version": entry["watch_version"],
        "article_id": match["article_id"],
        "url_id": match["url_id"],
        "outlet": match["outlet"],
        "url": match["url"],
        "title": match["title"],
        "lead": lead(match),
        "language": match["language"],
        "published_at": match["published_at"],
        "arrived_at": match["arrived_at"],
        "backfill": match["backfill"] or is_history(watch, match["arrived_at"]),
        "version": match["version"],
        "dedupe": match["dedupe"],
        "label": found.label,
        "statements": list(found.statements),
        "left_out": list(found.left_out),
        "highlights": entry["highlights"][:MAX_HIGHLIGHTS],
        "rules": {**match["rules"], "stance": RULES},
    }
    if found.takebacks:
        mention["takebacks"] = list(found.takebacks)
    if "source_id" in match:
        mention["source_id"] = match["source_id"]
    return mention


def lead(match: Match) -> str:
    """The first characters of the text without boilerplate, cut after a sentence, else after a word."""
    text, position = match["text"], 0
    first = text.partition("\n")[0]
    if first.strip() == match["title"].strip():  # pages begin with their title
        position = len(first)
    kept: list[str] = []
    length = 0
    for span in sorted(match["boilerplate"], key=lambda span: (span["start"], span["end"])):
        if length > LEAD_CHARACTERS:
            break
        if span["start"] > position:
            kept.append(text[position : min(span["start"], position + 2 * LEAD_CHARACTERS)])
            length += len(kept[-1].strip())
        position = max(position, span["end"])
    if length <= LEAD_CHARACTERS:
        kept.append(text[position : position + 2 * LEAD_CHARACTERS])
    return _cut(" ".join(" ".join(kept).split()))


def _cut(text: str) -> str:
    """Cut at the last sentence end in reach, else at a word.

    >>> _cut("A first sentence. " + "word " * 80).startswith("A first sentence. word")
    True
    """
    if len(text) <= LEAD_CHARACTERS:
        return text
    head = text[: LEAD_CHARACTERS + 1]
    stop = max(head.rfind(sign) for sign in (". ", "! ", "? ", '." ', ".” "))
    if stop >= LEAD_CHARACTERS // 2:
        return head[: stop + 2].rstrip()
    word = head.rfind(" ")
    return (head[:word] if word > 0 else head[:LEAD_CHARACTERS]).rstrip(" ,;:—–-") + "…"

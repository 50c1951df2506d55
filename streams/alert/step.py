"""What does one mention change? The alert stage: ``step(mention, state, rules_of)``.

1. The same mention again changes nothing (``repeat``). Other content under the same id takes its place (``revised``).
2. Of the versions of one URL only the highest counts; an older one is ``noted``.
3. What counts goes through the layers of ``desk.py``: statements, stories, records.
4. The outcome of the article that counts: ``alerted`` if its coming opened the story's alert by count (each alerting
   story has one ``alerted`` article and the rest ``carried``), ``noted`` if its story does not alert. Earlier records
   are recounted, so that the counts depend on the set of mentions alone.
5. What was last touched 90 days before the latest arrival is forgotten, whole stories at a time and silently. Arrival
   decides and not publication: it is stamped by ingest, so one date in 2602 forgets nothing and a backfill of 2019 is
   remembered while it comes. An article that arrives later still is judged as if it were the first of its story.

A new mention costs a few index entries, whatever the number of those before it. Moving a story to an earlier leader
costs its articles once; that needs an article which was published before all others and arrives after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import cast

import orjson

from streams.alert.desk import Desk
from streams.alert.facts import Facts, gather
from streams.alert.quotes import Quotes
from streams.alert.records import RULES, WINDOW_DAYS
from streams.alert.shelf import Shelf
from streams.errors import InvalidRecord
from streams.model.records import Mention
from streams.model.state import State
from streams.model.step import Step
from streams.model.times import format_utc_ms, parse_utc
from streams.model.watch import Watch

__all__ = ["RULES", "step"]

STORIES_FORGOTTEN_A_STEP = 2

RulesOf = Callable[[str, int], Watch | None]


def step(mention: Mention, state: State, rules_of: RulesOf) -> Step:
    """Take in one mention. Raises InvalidRecord if its watch has no such version."""
    return _Intake(mention, state, rules_of).take()


class _Intake:
    def __init__(self, mention: Mention, state: State, rules_of: RulesOf) -> None:
        self._mention = mention
        self._rules_of = rules_of
        self._shelf = Shelf(state, mention["watch_id"])
        self._loaded: dict[str, Facts] = {}
        self._quotes = Quotes(self._shelf)
        self._desk = Desk(self._shelf, mention["watch_id"], self._load, lambda url_id: self._current(url_id)[0])

    def take(self) -> Step:
        mention, mention_id = self._mention, self._mention["mention_id"]
        content = orjson.dumps(mention, option=orjson.OPT_SORT_KEYS)
        known = self._shelf.raw("mention", mention_id)
        if known == content:
            return Step("repeat")
        # the stored form, so that what goes out does not depend on the order of the keys that came in
        facts = gather(orjson.loads(content), self._watch_of(mention), {})
        urls = {mention["url_id"]}
        if known is not None:
            replaced = self._load(mention_id)
            urls.add(replaced.mention["url_id"])
        before = {url_id: self._current(url_id) for url_id in urls}
        if known is not None:
            self._shelf.drop("version", replaced.mention["url_id"], mention_id)
        removed = {current: self._load(current) for current, _ in before.values() if current}
        self._shelf.put_raw(content, "mention", mention_id)
        self._shelf.put([mention["version"], mention["published_at"]], "version", mention["url_id"], mention_id)
        self._loaded[mention_id] = facts
        after = {url_id: self._current(url_id) for url_id in urls}
        added = {current: self._load(current) for current, _ in after.values() if current}
        for kept in removed.keys() & added.keys() - {mention_id}:
            del removed[kept], added[kept]
        self._date(removed, added)
        outputs, deltas = self._desk.apply(list(removed.values()), list(added.values()), mention["arrived_at"])
        deltas["noted"] += sum(older for _, older in after.values()) - sum(older for _, older in before.values())
        outcome = "revised" if known is not None else self._outcome(deltas)
        self._forget_old()
        return Step(outcome, tuple(outputs), _recounts(deltas))

    def _date(self, removed: dict[str, Facts], added: dict[str, Facts]) -> None:
        """Give every utterance its day, now that quotations came and went: whom this moves goes out and comes in."""
        for mention_id, dates in self._quotes.apply(removed, added.values()).items():
            is_other = mention_id not in added and mention_id not in removed
            if is_other:
                removed[mention_id] = self._load(mention_id)
            self._quotes.keep(mention_id, dates)
            if is_other:
                added[mention_id] = self._reload(mention_id)
        for mention_id in added:
            if self._quotes.dates_of(mention_id):  # it went in as its article has it
                added[mention_id] = self._reload(mention_id)

    def _outcome(self, deltas: Counter[str]) -> str:
        """The new mention's own outcome, taken out of the deltas. It is alerted if it leads; see rule 4."""
        story = self._desk.stories.of_mention(self._mention["mention_id"])
        known = self._shelf.get("story", story) if story else None
        if known is None or known["alert_id"] is None:
            outcome = "noted"
        else:
            outcome = "alerted" if deltas["alerted"] > 0 else "carried"
        deltas[outcome] -= 1
        return outcome

    def _current(self, url_id: str) -> tuple[str | None, int]:
        """The mention of the highest version of a URL, and the number of older ones."""
        versions = [(*value, mention_id) for (mention_id,), value in self._shelf.scan("version", url_id)]
        return (max(versions)[-1], len(versions) - 1) if versions else (None, 0)

    def _load(self, mention_id: str) -> Facts:
        facts = self._loaded.get(mention_id)
        if facts is None:
            mention = cast("Mention", self._shelf.get("mention", mention_id))
            watch = self._watch_of(mention)
            facts = self._loaded[mention_id] = gather(mention, watch, self._quotes.dates_of(mention_id))
        return facts

    def _reload(self, mention_id: str) -> Facts:
        self._loaded.pop(mention_id, None)
        return self._load(mention_id)

    def _watch_of(self, mention: Mention) -> Watch:
        watch = self._rules_of(mention["watch_id"], mention["watch_version"])
        if watch is None:
            raise InvalidRecord(
                "watch-version",
                f"mention {mention['mention_id']}: watch {mention['watch_id']!r} has no version "
                f"{mention['watch_version']}; apply that version of the watch, then retry",
                "/watch_version",
            )
        return watch

    def _forget_old(self) -> None:
        arrived_at = self._mention["arrived_at"]
        latest = self._shelf.get("latest-arrival") or ""
        if arrived_at <= latest:
            return
        self._shelf.put(arrived_at, "latest-arrival")
        horizon = format_utc_ms(parse_utc(arrived_at) - timedelta(days=WINDOW_DAYS))
        oldest = list(islice(self._shelf.scan("expiry", last=horizon), STORIES_FORGOTTEN_A_STEP))
        for (_, story), _ in oldest:
            self._forget(story)
        for line in self._desk.timeline.lines() if oldest else ():
            self._desk.timeline.forget(line, self._is_carried, horizon[:10])

    def _forget(self, story: str) -> None:
        removed = [self._load(mention_id) for mention_id in self._desk.stories.mentions_in(story)]
        self._desk.forget(removed)
        self._quotes.forget([facts.mention_id for facts in removed])
        for url_id in sorted({facts.mention["url_id"] for facts in removed}):
            for (mention_id,), _ in list(self._shelf.scan("version", url_id)):
                self._shelf.drop("version", url_id, mention_id)
                self._shelf.drop("mention", mention_id)

    def _is_carried(self, statement: str) -> bool:
        return self._desk.statements.tally.counts(statement)[1] > 0


def _recounts(deltas: Counter[str]) -> tuple[tuple[str, str], ...]:
    """Pair what an outcome lost with what another gained."""
    lost = [outcome for outcome in sorted(deltas) for _ in range(-deltas[outcome])]
    gained = [outcome for outcome in sorted(deltas) for _ in range(deltas[outcome])]
    return tuple(zip(lost, gained, strict=True))

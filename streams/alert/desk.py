"""What changes when mentions come and go? Three layers, each told only what the one below it moved.

1. utterances -> statements (``statements.py``), 2. articles -> stories (``stories.py``), 3. which story tells which
statement (``told.py``). Then the timelines of stances are brought up to date (``timeline.py``), which may touch more
statements, and the records of what was touched are built again (``records.py``). Those that differ from what was last
sent go out: revisions under one id, and a last record for an id that is no more. Nothing here asks when something came,
so any order of arrival ends in the same records.

The home of a statement is the story of the article that knows it best: its ``story_id``, and the only story whose alert
can be about its change of stance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import cast

from streams.alert.facts import Facts
from streams.alert.gist import Gist, gist_of
from streams.alert.objections import Mark
from streams.alert.positions import Backers, line_of, position_of
from streams.alert.records import alert_record, is_alerting, lighten, statement_record, superseded
from streams.alert.shelf import Shelf
from streams.alert.statements import Statements
from streams.alert.stories import Stories
from streams.alert.timeline import Timeline
from streams.alert.told import Told
from streams.model.records import Alert, StanceChange, Statement
from streams.model.step import Emit


class Desk:
    """One watch at work on one record."""

    def __init__(
        self, shelf: Shelf, watch_id: str, load: Callable[[str], Facts], current: Callable[[str], str | None]
    ) -> None:
        """``load`` gives a mention by its id, ``current`` the mention that counts for a URL."""
        self._shelf = shelf
        self._load = load
        self._current = current
        self.statements = Statements(shelf, watch_id, load)
        self.stories = Stories(shelf, watch_id, self.statements, load)
        self._told = Told(shelf, self.statements, self.stories, load)
        self._backers = Backers(shelf, self.statements)
        self.timeline = Timeline(shelf, self._backers)

    def apply(self, removed: list[Facts], added: list[Facts], arrived_at: str) -> tuple[list[Emit], Counter[str]]:
        """Take mentions out and in; return what to send, and by how much each outcome's count changed."""
        statements, stories = self._move(removed, added)
        moved, homes = self._retime(statements, removed, added)
        statements |= moved
        stories |= homes
        outputs: list[Emit] = []
        for statement in sorted(statements):
            outputs += self._refresh_statement(statement, stories)
        alerts, deltas = self._refresh_alerts(sorted(stories), arrived_at)
        return outputs + alerts, deltas

    def forget(self, removed: list[Facts]) -> None:
        """Take mentions out because they are too old to be remembered: nothing is sent, and ids that others were told
        stay what they were."""
        statements, stories = self._move(removed, [])
        for statement in statements:
            if not self.statements.tally.counts(statement)[1]:
                self._shelf.drop("statement", statement)
        for story in stories:
            known = self._shelf.get("story", story)
            articles = self.stories.tally.counts(story)[1]
            if known and articles:
                self._shelf.put({**known, "articles": articles}, "story", story)
            elif known:
                self._shelf.drop("story", story)
                self._shelf.drop("expiry", known["touched"], story)
                if known["alert_id"]:
                    self._shelf.drop("alert", known["alert_id"])

    def _move(self, removed: list[Facts], added: list[Facts]) -> tuple[set[str], set[str]]:
        """The statements and stories whose records may differ now."""
        statements, changed, carriers = self.statements.apply(removed, added)
        stories, movers = self.stories.apply(removed, added, changed)
        moved = carriers | movers | {facts.mention_id for facts in removed}
        stories |= self._told.apply(moved)
        for mention_id in moved:
            is_there = self.stories.of_mention(mention_id) is not None
            self._backers.follow(mention_id, self._load(mention_id) if is_there else None)
            statements |= self.statements.carried_by(mention_id).keys()
        for story in stories:
            known = self._shelf.get("story", story)
            if known and self._exists(story) and known["story_id"] != self.stories.story_id(story):
                statements |= {statement for statement, _, _ in self._told.in_story(story)}
        return statements, stories

    def _exists(self, story: str) -> bool:
        return self.stories.tally.counts(story)[1] > 0

    def _retime(self, statements: set[str], removed: list[Facts], added: list[Facts]) -> tuple[set[str], set[str]]:
        """Bring the timelines up to date; return the statements that stand otherwise now, and the stories to look at
        again: the home of one whose change is another, all that tell one that was taken back, or is no longer."""
        lines = self.timeline.take_back(removed, added)
        for statement in sorted(statements):
            lines |= self._place(statement)
        changed, marked = self.timeline.refold(lines, statements)
        homes = {self._home(statement) for statement in changed}
        for statement in sorted(marked):
            homes |= {self.stories.of_mention(mention_id) for mention_id in self.statements.tally.everyone(statement)}
        return changed | marked, {home for home in homes if home is not None}

    def _place(self, statement: str) -> set[str]:
        leading = self.statements.leading(statement)
        if leading is None:
            return self.timeline.place(statement, None, None)
        facts, said = leading
        statement_id = self.statements.statement_id(statement)
        has_backers = self._backers.are_independent(statement)
        position = position_of(statement, statement_id, said, facts, has_backers)
        return self.timeline.place(statement, line_of(said), position)

    def _refresh_statement(self, statement: str, stories: set[str]) -> Iterable[Emit]:
        """Send a statement if it changed; add the stories that its change touches."""
        known = self._shelf.get("statement", statement)
        leading = self.statements.leading(statement)
        if leading is None:
            if known is None:
                return
            self._shelf.drop("statement", statement)
            heir = self.statements.of_utterance(statement)
            heir_id = None if heir is None else self.statements.statement_id(heir)
            yield Emit("statement", superseded(known["light"], heir_id), reissue=True)
            return
        home = self.stories.of_mention(leading[0].mention_id)
        assert home is not None, leading[0].mention_id
        record = statement_record(
            statement,
            self.statements.statement_id(statement),
            self.stories.story_id(home),
            leading,
            self.timeline.mark(line_of(leading[1]), statement),
            self.statements.tally,
        )
        if known and known["home"] != home:
            stories |= {known["home"], home}
        if known and known["home"] == home and known["revision"] == record["revision"]:
            return
        memory = {"revision": record["revision"], "home": home, "light": lighten(record)}
        self._shelf.put(memory, "statement", statement)
        if known is None or known["revision"] != record["revision"]:
            yield Emit("statement", record, reissue=known is not None)

    def _refresh_alerts(self, stories: list[str], arrived_at: str) -> tuple[list[Emit], Counter[str]]:
        deltas: Counter[str] = Counter()
        old_ids: set[str] = set()
        live: dict[str, tuple[str, Alert]] = {}
        for story in stories:
            known = self._shelf.get("story", story)
            if known:
                _count_outcomes(deltas, known["alert_id"] is not None, known["articles"], -1)
                self._shelf.drop("expiry", known["touched"], story)
                if known["alert_id"]:
                    old_ids.add(known["alert_id"])
            if not self._exists(story):
                self._shelf.drop("story", story)
                continue
            record, lead = self._alert_of(story)
            articles = self.stories.tally.counts(story)[1]
            _count_outcomes(deltas, record is not None, articles, 1)
            touched = max(arrived_at, known["touched"]) if known else arrived_at
            memory = {
                "articles": articles,
                "story_id": self.stories.story_id(story),
                "alert_id": record["alert_id"] if record else None,
                "touched": touched,
            }
            self._shelf.put(memory, "story", story)
            self._shelf.put(None, "expiry", touched, story)
            if record is not None:
                live[record["alert_id"]] = (lead, record)
        return self._send(live, old_ids - live.keys()), deltas

    def _alert_of(self, story: str) -> tuple[Alert | None, str]:
        """The alert of a story, or None if it may not alert, and the mention that leads it."""
        gist = self._gist(story)
        members = self.stories.tally.first(story)
        first_published_at, first_id, _ = members[0]
        leading = gist.main[1] if gist.main else self._load(first_id)
        counts = self.stories.tally.counts(story)
        if not is_alerting(leading, gist, counts, first_published_at):
            return None, leading.mention_id
        record = alert_record(
            self.stories.story_id(story),
            leading,
            gist,
            self.statements.statement_id(gist.main[0]) if gist.main else None,
            [carrier for _, _, carrier in members],
            self.stories.tally.reach(story),
            self.stories.first_arrived_at(story),
            counts[3] == 0,
        )
        return record, leading.mention_id

    def _gist(self, story: str) -> Gist:
        def mark_of(statement: str, said: Statement) -> Mark | None:
            return self.timeline.mark(line_of(said), statement)

        def change_of(statement: str, said: Statement) -> StanceChange | None:
            return self.timeline.change(line_of(said), statement) if self._home(statement) == story else None

        return gist_of(self._told.in_story(story), mark_of, change_of, self.statements.statement_id)

    def _home(self, statement: str) -> str | None:
        leading = self.statements.leading(statement)
        return None if leading is None else self.stories.of_mention(leading[0].mention_id)

    def _send(self, live: dict[str, tuple[str, Alert]], ended: set[str]) -> list[Emit]:
        outputs = []
        for alert_id, (lead, record) in sorted(live.items()):
            known = self._shelf.get("alert", alert_id)
            if known is None or known["revision"] != record["revision"]:
                url_id = self._load(lead).mention["url_id"]
                memory = {"revision": record["revision"], "url_id": url_id, "light": lighten(record)}
                self._shelf.put(memory, "alert", alert_id)
                outputs.append(Emit("alert", record, reissue=known is not None))
        for alert_id in sorted(ended):
            known = self._shelf.get("alert", alert_id)
            if known is not None:
                self._shelf.drop("alert", alert_id)
                lead_now = self._current(known["url_id"])
                story = self.stories.of_mention(lead_now) if lead_now else None
                heir = self._shelf.get("story", story)["alert_id"] if story else None
                outputs.append(Emit("alert", superseded(known["light"], cast("str | None", heir)), reissue=True))
        return outputs


def _count_outcomes(deltas: Counter[str], alerts: bool, articles: int, by: int) -> None:
    if alerts:
        deltas["alerted"] += by
        deltas["carried"] += by * (articles - 1)
    else:
        deltas["noted"] += by * articles

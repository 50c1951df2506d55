"""The stance timeline and the volumes as things to draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from streams.web.views.span import Span, make_span
from streams.web.views.timeline import ROW, SERIES, TOP, draw_timeline
from streams.web.views.volume import MOST_BARS, draw_volume

LABELS = ("refuses", "conditional", "joins")
SPAN = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))


def point(day: int, stance: str, **changes: Any) -> dict[str, Any]:
    """A point as the store has it."""
    return {
        "statement_id": f"{day:032x}",
        "stance": stance,
        "lane": "word",
        "said_at": f"2026-03-{day:02}",
        "status": "asserted",
        "condition": None,
        "default": None,
        "evidence": {"field": "text", "start": 0, "end": 5, "text": "words"},
        "reach": {"outlets": 1, "articles": 2, "copies": 1},
        "carriers": 2,
        "alert_id": None,
        "change": None,
        **changes,
    }


def holder(id_: str, *points: dict[str, Any]) -> dict[str, Any]:
    return {"holder_id": id_, "holder": id_.title(), "points": list(points)}


def test_a_point_stands_at_its_time_and_on_its_row() -> None:
    """The far end of the scale is on top; places are per cent of the span's width."""
    drawn = draw_timeline(LABELS, [holder("anna", point(1, "refuses"), point(6, "joins"))], [], SPAN)
    assert [("joins", TOP + ROW // 2), ("conditional", TOP + 3 * ROW // 2), ("refuses", TOP + 5 * ROW // 2)] == (
        drawn.lanes[0].rows
    )
    assert [(0.0, TOP + 5 * ROW // 2), (50.0, TOP + ROW // 2)] == [(each.x, each.y) for each in drawn.points]


def test_lanes_are_apart_and_an_empty_lane_of_acts_is_not_drawn() -> None:
    """Words always have a lane, acts where there are some; steps stay within their lane."""
    only_words = draw_timeline(LABELS, [holder("anna", point(1, "refuses"))], [], SPAN)
    both = draw_timeline(
        LABELS, [holder("anna", point(1, "refuses"), point(2, "joins", lane="act"), point(3, "joins"))], [], SPAN
    )
    assert ["word"] == [lane.name for lane in only_words.lanes]
    assert [("word", 2, 1), ("act", 1, 0)] == [(lane.name, len(lane.points), len(lane.steps)) for lane in both.lanes]


def test_points_that_would_cover_each_other_are_set_apart() -> None:
    """Of the same row and time each gets a place of its own."""
    holders = [holder(name, point(5, "refuses", statement_id=name)) for name in "abcde"]
    drawn = draw_timeline(LABELS, holders, [], SPAN)
    assert 5 == len({each.y for each in drawn.points})


def test_holders_keep_their_series_when_others_are_not_shown() -> None:
    """A colour belongs to a holder, also to one without points in this period; past six they come round again."""
    names = [f"h{number}" for number in range(8)]
    drawn = draw_timeline(LABELS, [holder(name) for name in names[:7]] + [holder("h7", point(2, "joins"))], [], SPAN)
    assert [number % SERIES for number in range(8)] == [each.series for each in drawn.holders]
    assert [1] == [each.series for each in drawn.points]


def test_a_condition_shows_what_it_waits_for() -> None:
    """In the words of the position; the label stays away where the next point of the row leaves no room."""
    condition = {"text": "if they attack", "kind": "only-if", "trigger": "attack", "met": "not-reported"}
    said = point(2, "conditional", condition=condition, default="refuses")
    alone = draw_timeline(LABELS, [holder("anna", said)], [], SPAN)
    crowded = draw_timeline(LABELS, [holder("anna", said, point(3, "conditional"))], [], SPAN)
    assert ["only if attacked"] == [each.trigger for each in alone.points]
    assert [None, None] == [each.trigger for each in crowded.points]


def test_a_step_across_a_gap_is_broken_and_doubtful_statements_make_none() -> None:
    """Nobody knows what was said while nothing was collected; what was withdrawn holds for nobody."""
    gaps = [{"since": "2026-03-03T00:00:00Z", "until": "2026-03-05T00:00:00Z"}]
    said = [point(2, "refuses"), point(4, "joins", status="withdrawn"), point(6, "joins"), point(8, "joins")]
    drawn = draw_timeline(LABELS, [holder("anna", *said)], gaps, SPAN)
    assert [(10.0, 50.0, True), (50.0, 70.0, False)] == [(s.x1, s.x2, s.is_broken) for s in drawn.lanes[0].steps]
    assert [(20.0, 20.0)] == [(gap.x, gap.width) for gap in drawn.gaps]


def test_a_stance_off_the_scale_has_a_row_below() -> None:
    """It is not dropped."""
    drawn = draw_timeline(LABELS, [holder("anna", point(2, "elsewhere"))], [], SPAN)
    assert ["joins", "conditional", "refuses", "elsewhere"] == [words for words, _ in drawn.lanes[0].rows]


def test_a_screen_reader_hears_it_all() -> None:
    """When, who, lane, position, change, evidence, reach."""
    change = {"direction": "hardened", "from_stance": "refuses"}
    drawn = draw_timeline(LABELS, [holder("anna", point(2, "joins", change=change, status="disputed"))], [], SPAN)
    assert (
        "2 Mar 2026, Anna, words: joins. hardened, was refuses. disputed. “words”. 2 articles, 1 of them copies"
        == drawn.points[0].words
    )


def objection(kind: str, by: str, instead: str | None = None) -> dict[str, Any]:
    article = {"article_id": "a" * 32, "outlet": "gazette.example", "url": None, "title": "No"}
    return {
        "kind": kind,
        "by": by,
        "on": "2026-03-05",
        "instead": instead,
        "evidence": "he did not",
        "article": article,
    }


def test_what_does_not_stand_says_why_and_leads_nowhere() -> None:
    """No step to what was withdrawn or what outlets contradict; what the holder disputes still stands."""
    gone = point(2, "joins", status="withdrawn", objection=objection("withdrawn", "holder"))
    contested = point(3, "joins", status="disputed", objection=objection("disputed", "outlets", "refuses"))
    denied = point(4, "conditional", status="disputed", objection=objection("disputed", "holder"))
    denial = point(5, "conditional", status="disputed")
    drawn = draw_timeline(LABELS, [holder("anna", point(1, "refuses"), gone, contested, denied, denial)], [], SPAN)
    assert [(0.0, 30.0)] == [(step.x1, step.x2) for step in drawn.lanes[0].steps]
    assert [
        None,
        "withdrawn: the holder's side, 5 Mar 2026, “he did not” (gazette.example)",
        "disputed: another outlet has refuses, 5 Mar 2026, “he did not” (gazette.example)",
        "disputed: the holder's side, 5 Mar 2026, “he did not” (gazette.example)",
        None,
    ] == [each.objection for each in drawn.points]
    assert ("refuses", "1 Mar 2026") == (drawn.holders[0].latest, drawn.holders[0].since)


def test_what_the_holder_disputes_yields_to_what_is_undisputed_on_its_day() -> None:
    """As in the timeline of the alert stage."""
    denied = point(4, "joins", status="disputed", objection=objection("disputed", "holder"), statement_id="0" * 32)
    drawn = draw_timeline(LABELS, [holder("anna", point(1, "refuses"), denied, point(4, "conditional"))], [], SPAN)
    assert ["conditional"] == [
        each.stance for each in drawn.points for step in drawn.lanes[0].steps if (each.x, each.y) == (step.x2, step.y2)
    ]


def test_a_corrected_position_tells_what_it_was() -> None:
    """The tick is at the wording that stands; at the wrong one the objection says it all."""
    change = {
        "direction": "corrected",
        "from_stance": "joins",
        "objection": objection("corrected", "outlet", "conditional"),
    }
    right = point(3, "conditional", change=change)
    wrong = point(2, "joins", status="withdrawn", change=change, objection=change["objection"])
    drawn = draw_timeline(LABELS, [holder("anna", wrong, right)], [], SPAN)
    assert [(None, None), ("corrected", "joins")] == [(each.direction, each.was) for each in drawn.points]
    assert all(each.objection is not None for each in drawn.points)


def test_an_empty_span_has_some_width() -> None:
    """One moment is shown with hours around it; padding leaves room at both edges."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert 50.0 == make_span(at, at).x(at)
    padded = make_span(SPAN.begin, SPAN.end, padded=True)
    assert 0 < padded.x(SPAN.begin) < padded.x(SPAN.end) < 100


def bucket(day: int, originals: int, copies: int = 0) -> dict[str, Any]:
    return {"at": f"2026-03-{day:02}T00:00:00Z", "originals": originals, "copies": copies}


def test_copies_stand_on_originals_and_nothing_is_no_bar() -> None:
    """The counts add up to what the store said; the top of the scale is a round number."""
    drawn = draw_volume([bucket(1, 3, 1), bucket(2, 0), bucket(3, 8, 8)], [], "day", SPAN)
    assert [(3, 1), (8, 8)] == [(bar.originals, bar.copies) for bar in drawn.bars]
    assert (11, 9, "per day") == (drawn.originals, drawn.copies, drawn.per)
    assert [10, 20] == [level for level, _ in drawn.levels]
    assert "3 Mar 2026: 8 originals, 8 copies" == drawn.bars[1].words


def test_many_buckets_are_joined_without_losing_one() -> None:
    """No more bars than can be seen; the sum stays."""
    hours = [
        {"at": f"2026-03-{1 + hour // 24:02}T{hour % 24:02}:00:00Z", "originals": 1, "copies": 1} for hour in range(240)
    ]
    drawn = draw_volume(hours, [], "hour", SPAN)
    assert len(drawn.bars) <= MOST_BARS
    assert (240, 240, "per 3 hours") == (drawn.originals, drawn.copies, drawn.per)
    assert all(bar.originals == 3 for bar in drawn.bars)

"""Order does not decide: what the alert stage holds in the end is a function of the set of mentions."""

from __future__ import annotations

import random
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.alert.records import revision_of
from streams.model.records import Mention, Statement, Takeback
from tests.unit.alert.factory import IF_ASKED, IF_ATTACKED, Desk, mention, statement, watch

DAYS = st.integers(10, 20)
WORDINGS = st.sampled_from(
    [
        "I will fight only if a soldier attacks our territory",
        "we fight if soldiers come to our territory and attack",
        "nobody sends my people anywhere",
        "я буду воевать, только если солдат нападет на нашу территорию",
        "никто никуда моих людей не пошлет",
        "",
    ]
)
TITLES = st.sampled_from(
    [
        "Lukashenko promises answer to every attack",
        "Lukashenko promises an answer to attack on Minsk",
        "Army drills begin near the southern border",
        "Southern border: army begins drills",
        "",
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    stance = draw(st.sampled_from(["refuses", "conditional", "prepares", "joins"]))
    said = f"2023-02-{draw(DAYS):02d}"
    holder = draw(st.sampled_from(["lukashenko", "army"]))
    fields: dict[str, Any] = {
        "holder_id": holder,
        "authority": "state" if holder == "lukashenko" else "official",
        "lane": draw(st.sampled_from(["word", "word", "act"])),
        "directness": draw(st.sampled_from(["direct", "indirect", "indirect", "headline", "reported"])),
        "status": draw(st.sampled_from(["asserted"] * 5 + ["withdrawn", "disputed", "fabricated"])),
    }
    if stance == "conditional":
        fields["condition"] = draw(st.sampled_from([IF_ATTACKED, IF_ASKED]))
    return statement(stance, said, draw(WORDINGS), **fields)


@st.composite
def takebacks(draw: st.DrawFn) -> Takeback:
    """Withdrawn, corrected or disputed, by the holder or an outlet, with and without the words and their day."""
    kind = draw(st.sampled_from(["withdrawn", "corrected", "disputed"]))
    stances = st.sampled_from(["refuses", "conditional", "joins"])
    text = draw(WORDINGS) or "taken back"
    day = draw(DAYS)
    said = draw(st.one_of(st.none(), st.integers(10, day)))
    return {
        "holder_id": draw(st.sampled_from(["lukashenko", "army"])),
        "kind": cast("Any", kind),
        "by": draw(st.sampled_from(["holder", "outlet"])),
        "stance": draw(stances if kind != "withdrawn" else st.one_of(st.none(), stances)),
        "instead": draw(stances) if kind == "corrected" else None,
        "said_at": None if said is None else f"2023-02-{said:02d}",
        "on": f"2023-02-{day:02d}",
        "evidence": {"field": "text", "text": text, "start": 0, "end": len(text)},
    }


@st.composite
def contents(draw: st.DrawFn, name: str) -> Mention:
    """One content that a mention of this name may have; URL, version and identity follow from the name."""
    number = int(name[1:])
    day, hour = draw(DAYS), draw(st.integers(0, 3))
    cluster = draw(st.sampled_from(["k1", "k2", name, name]))
    made = mention(
        name,
        *draw(st.lists(statements(), max_size=3)),
        published_at=f"2023-02-{day:02d}T{hour:02d}:00:00Z",
        title=draw(TITLES),
        lead=draw(TITLES),
        outlet=f"outlet{number % 3}.example",
        url=f"https://a.example/{number // 2}",
        version=1 + number % 2,
        backfill=draw(st.booleans()),
        arrived_at=f"2023-02-{draw(st.integers(20, 22))}T00:00:00.{number:03d}Z",
        language=draw(st.sampled_from(["en", "ru"])),
    )
    taken_back = draw(st.lists(takebacks(), max_size=2))
    if taken_back:
        made["takebacks"] = taken_back
    kind = draw(st.sampled_from(["original", "near"]))
    made["dedupe"] = cast("Any", {"kind": kind, "original_id": "0" * 32, "cluster_id": cluster, "reason": "drawn"})
    return made


@st.composite
def histories(draw: st.DrawFn) -> list[list[Mention]]:
    """For each mention its contents in the order in which they come: replaced verdicts are later contents."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 9)))]
    return [draw(st.lists(contents(name), min_size=1, max_size=2)) for name in names]


def interleave(history: list[list[Mention]], chance: random.Random, repeats: bool) -> list[Mention]:
    """Any order that keeps the contents of one mention in theirs; with duplicates of the latest content."""
    queues = [list(queue) for queue in history]
    taken: list[Mention] = []
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        taken.append(queue.pop(0))
        if repeats and chance.random() < 0.3:
            taken.append(taken[-1])
    return taken


RULES = st.sampled_from(["statement", "assessed", "any", "never"])


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 2**32), RULES)
def test_order(history: list[list[Mention]], seed: int, first_mention: str) -> None:
    """Any interleaving, with duplicates and replaced contents, ends in the bytes of the final contents in order."""
    rules = watch(first_mention=first_mention)
    plain, mixed = Desk(rules), Desk(rules)
    plain.take(*sorted((queue[-1] for queue in history), key=lambda made: (made["published_at"], made["mention_id"])))
    mixed.take(*interleave(history, random.Random(seed), repeats=True))
    assert plain.live() == mixed.live()
    assert plain.counted() == mixed.counted()


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_counts(history: list[list[Mention]], seed: int) -> None:
    """Every distinct mention has one outcome, and each live alert exactly one article that is alerted."""
    desk = Desk()
    desk.take(*interleave(history, random.Random(seed), repeats=True))
    counted = desk.counted()
    assert len(history) == sum(counted.values())
    assert len(desk.alerts()) == counted.get("alerted", 0)
    assert sum(alert["reach"]["articles"] for alert in desk.alerts()) == counted.get("alerted", 0) + counted.get(
        "carried", 0
    )


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_revisions(history: list[list[Mention]], seed: int) -> None:
    """A revision is sent only when the content changed, and names it; an ended id names a successor that is known."""
    desk = Desk()
    desk.take(*interleave(history, random.Random(seed), repeats=False))
    last: dict[tuple[str, str], str] = {}
    for kind, record in desk.sent:
        name = kind, record[f"{kind}_id"]
        assert record["revision"] == revision_of(record)
        assert last.get(name) != record["revision"]
        last[name] = record["revision"]
        if "successor_id" in record:
            assert (kind, record["successor_id"]) in desk.records


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_state_is_a_function_of_the_set(history: list[list[Mention]], seed: int) -> None:
    """Replaced contents and repeats leave no trace: the indexes are those of the final contents alone."""
    first, second = Desk(), Desk()
    first.take(*interleave(history, random.Random(seed), repeats=True))
    second.take(*(queue[-1] for queue in history))
    assert _entries(first) == _entries(second)


def _entries(desk: Desk) -> list[tuple[bytes, bytes]]:
    """The state without what remembers the way that it came: the light copies of what was sent and their times."""
    way = (b"expiry", b"story", b"alert", b"latest-arrival")
    entries = [(key, value) for key, value in desk.state.scan(b"", b"\xff") if key.split(b"\x00")[1] not in way]
    return sorted(entries)


@settings(max_examples=40, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_one_timeline(history: list[list[Mention]], seed: int) -> None:
    """Late and out-of-order articles, repeats, replaced verdicts and takebacks that come before what they take back end
    in the same positions, marks and changes; every change that is told has both sides, and every mark a reason."""
    plain, mixed = Desk(), Desk()
    plain.take(*(queue[-1] for queue in history))
    mixed.take(*interleave(history, random.Random(seed), repeats=True))
    assert _lines(plain) == _lines(mixed)
    for record in mixed.alerts():
        change = record["change"]
        if change is not None:
            is_objected = change["direction"] in ("withdrawn", "corrected", "disputed")
            assert is_objected == ("objection" in change)
            assert ("statement", change["previous_statement_id"]) in mixed.records
            assert (record["kind"], change["direction"]) in _KINDS
    for record in mixed.statements():
        assert "objection" not in record or record["status"] in ("withdrawn", "disputed")


_KINDS = {
    ("corrected", "corrected"),
    ("retracted", "withdrawn"),
    *(("stance-change", direction) for direction in ("hardened", "softened", "reverted", "disputed")),
}


def _lines(desk: Desk) -> list[tuple[bytes, bytes]]:
    """The timelines of a watch: positions, takebacks, marks and changes."""
    kinds = (b"positions", b"takeback", b"marks", b"changes")
    return [(key, value) for key, value in desk.state.scan(b"", b"\xff") if key.split(b"\x00")[1] in kinds]

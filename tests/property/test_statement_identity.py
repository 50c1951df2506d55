"""Order does not decide which statement an article carries: repeated quotations, translations, unknown triggers."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.model.records import Mention, Statement
from tests.property.test_alert import interleave
from tests.unit.alert.factory import IF_ASKED, IF_ATTACKED, Desk, mention, statement

LONG = "In one case only shall I fight beside them: if somebody comes over the river at Grodno with a gun to burn barns"
WORDINGS = {
    "en": [
        LONG,
        LONG[: LONG.index(" to burn")],
        LONG[LONG.index("beside") :],
        f"{LONG[LONG.index('if somebody') :]}, and nobody should doubt it",
        "if 9,000 of them cross at Grodno we fight",
        "we fight",
    ],
    "ru": [
        "если 9 тысяч перейдут у Гродно, будем воевать",
        "только в одном случае я буду воевать рядом с ними: если кто-то придет через реку у Гродно жечь наши амбары",
        "будем воевать",
    ],
    "pl": ["jeśli 9 tys. przejdzie koło Grodna, będziemy walczyć", "będziemy walczyć"],
}
UNKNOWN: Any = {**IF_ATTACKED, "trigger": "other"}


@st.composite
def said(draw: st.DrawFn, language: str, published: int) -> Statement:
    """A conditional, said on the day of publication or before, read with one trigger, another, none, or none known."""
    day = published - draw(st.sampled_from([0, 0, 0, 1, 5]))
    return statement(
        "conditional",
        f"2023-02-{day:02d}",
        draw(st.sampled_from(WORDINGS[language])),
        condition=draw(st.sampled_from([IF_ATTACKED, IF_ATTACKED, IF_ASKED, UNKNOWN, None])),
        directness=draw(st.sampled_from(["direct", "direct", "direct", "indirect"])),
        status=draw(st.sampled_from(["asserted", "asserted", "asserted", "withdrawn"])),
    )


@st.composite
def contents(draw: st.DrawFn, name: str) -> Mention:
    number = int(name[1:])
    language = draw(st.sampled_from(sorted(WORDINGS)))
    day = draw(st.integers(6, 20))
    return mention(
        name,
        *draw(st.lists(said(language, day), min_size=1, max_size=2)),
        published_at=f"2023-02-{day:02d}T{draw(st.sampled_from([1, 9, 23])):02d}:00:00Z",
        language=language,
        url=f"https://a.example/{number // 2}",
        version=1 + number % 2,
        backfill=draw(st.booleans()),
        arrived_at=f"2023-02-{draw(st.integers(day, 22)):02d}T00:00:00.{number:03d}Z",
    )


@st.composite
def histories(draw: st.DrawFn) -> list[list[Mention]]:
    names = [f"m{number}" for number in range(draw(st.integers(2, 9)))]
    return [draw(st.lists(contents(name), min_size=1, max_size=2)) for name in names]


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_order(history: list[list[Mention]], seed: int) -> None:
    """Any interleaving, with duplicates and replaced contents, ends in the bytes of the final contents in order."""
    plain, mixed = Desk(), Desk()
    plain.take(*sorted((queue[-1] for queue in history), key=lambda made: (made["published_at"], made["mention_id"])))
    mixed.take(*interleave(history, random.Random(seed), repeats=True))
    assert plain.live() == mixed.live()
    assert plain.counted() == mixed.counted()


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 2**32))
def test_no_trace(history: list[list[Mention]], seed: int) -> None:
    """What is kept of utterances and quotations is a function of the final contents."""
    first, second = Desk(), Desk()
    first.take(*interleave(history, random.Random(seed), repeats=True))
    second.take(*(queue[-1] for queue in history))
    assert _kept(first) == _kept(second)


def _kept(desk: Desk) -> list[tuple[bytes, bytes]]:
    kinds = ("said", "utterance", "wordings", "carries", "dated", "quote", "quoted-by", "quotes", "quote-followers")
    names = {kind.encode() for kind in (*kinds, "quote-leading", "quote-following")}
    return [(key, value) for key, value in desk.state.scan(b"", b"\xff") if key.split(b"\x00")[1] in names]

"""An alert in the terminal: what stands where, at which width, and what hostile text can do to it (nothing)."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from rich.console import Console

from streams.cli.render import render_alert
from streams.model.records import Alert, Highlight, LeftOut, Takeback
from streams.model.words import clean, in_words, position_in_words, quote
from tests.unit.alert.factory import IF_ATTACKED, QUOTE, Desk, mention, statement


def show(alert: dict[str, Any] | Alert, width: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    console.print(render_alert(cast("Alert", alert)))
    return out.getvalue()


def seed() -> dict[str, Any]:
    highlights = [
        Highlight(field="title", start=0, end=7, term="Belarus"),
        Highlight(field="text", start=5, end=12, term="Belarus"),
        Highlight(field="text", start=15, end=19, term="join"),
    ]
    left_out = [
        LeftOut(field="text", start=0, end=9, reason="boilerplate", text="Donate!"),
        LeftOut(field="text", start=20, end=29, reason="third-party", text="Kyiv fears"),
        LeftOut(field="text", start=30, end=39, reason="third-party", text="It is feared"),
    ]
    desk = Desk()
    desk.take(
        mention(
            "seed",
            statement("conditional"),
            statement("refuses"),
            statement("prepares", lane="act", text="testing mobilisation", directness="indirect"),
            title="Belarus Will Join 'Only' if Attacked",
            highlights=highlights,
            left_out=left_out,
        )
    )
    return desk.alerts()[0]


def test_seed() -> None:
    """The lines answer an analyst's questions in their order, and nothing is wider than 80 columns."""
    alert = seed()
    assert [
        "CONDITIONAL  Alexander Lukashenko (president, Belarus)                    notice",
        "Will Belarus's army join the war?",
        "watch belarus-military-stance v1, first on file",
        "Position   stays out by default; joins only if attacked",
        "Condition  “if a single soldier comes to kill my people”   only-if, attack, not",
        "           reported met",
        f"Evidence   “{QUOTE[:68]}",
        f"           {QUOTE[69:]}”   direct quote",
        "Also       refuses “refuses: I do not plan to send my people, my soldiers” ·",
        "           prepares (act) “testing mobilisation”",
        "Said       Thursday 16 February 2023",
        "Article    Belarus Will Join 'Only' if Attacked",
        "           seed.example, Thursday 16 February 2023",
        "Reach      1 outlet, 0 copies",
        "Why        Belarus, join (title, text)",
        "Left out   what others say (2x), boilerplate",
        f"Id         {alert['alert_id'][:8]}…   newsvane why {alert['alert_id'][:8]} | ack | mute 24h | wrong",
    ] == show(alert).splitlines()


def test_change() -> None:
    """A change says which way, what was before and since when."""
    desk = Desk()
    desk.take(
        mention("a", statement("refuses", "2023-02-10"), published_at="2023-02-10T09:00:00Z"),
        mention("b", statement("joins", "2023-02-16")),
    )
    lines = [line.rstrip() for line in show(desk.alerts()[1], 120).splitlines()]
    assert lines[0].startswith("JOINS  Alexander Lukashenko")
    assert lines[0].endswith("critical")
    assert "change of stance" in lines[1] + lines[2]
    assert (
        "Change     hardened: was refuses since Friday 10 February 2023, “refuses: I do not plan to send my people, my"
        in lines[2] + lines[3]
    )


DENIAL = Takeback(
    holder_id="lukashenko",
    kind="withdrawn",
    by="holder",
    stance=None,
    instead=None,
    said_at=None,
    on="2023-02-17",
    evidence={"field": "text", "text": "His office said that he was mistranslated.", "start": 0, "end": 42},
)


def objected(takeback: Takeback, stance: str) -> list[str]:
    """The first lines of the alert of these words, after a refusal of the week before, when they are objected to."""
    desk = Desk()
    desk.take(
        mention("a", statement("refuses", "2023-02-10"), published_at="2023-02-10T09:00:00Z"),
        mention("b", statement(stance, "2023-02-16", "our army joins")),
        mention("c", published_at="2023-02-17T09:00:00Z", takebacks=[takeback]),
    )
    alert = next(alert for alert in desk.alerts() if alert["label"] == stance)
    return [line.rstrip() for line in show(alert, 132).splitlines()]


def test_withdrawn() -> None:
    """The heading says that the words do not stand, the change what does, and then come the words of the other side."""
    denial = "“His office said that he was mistranslated.”   the holder's side, c.example, Friday 17 February 2023"
    assert [
        "JOINS (withdrawn)  Alexander Lukashenko (president, Belarus)" + " " * 64 + "critical",
        "Will Belarus's army join the war?" + " " * 56 + "watch belarus-military-stance v1, retracted",
        "Change     withdrawn: joins of Thursday 16 February 2023, “our army joins”; refuses stands",
        f"Against    {denial}",
        "Position   joins",
    ] == objected(DENIAL, "joins")[:5]


def test_corrected_and_disputed() -> None:
    """What it was instead; that it still stands."""
    correction = Takeback(**{**DENIAL, "kind": "corrected", "stance": "joins", "instead": "conditional"})
    lines = objected(correction, "joins")
    assert lines[1].endswith("watch belarus-military-stance v1, corrected")
    assert "Change     corrected: joins of Thursday 16 February 2023, “our army joins”; it was conditional" == lines[2]
    dispute = Takeback(**{**DENIAL, "kind": "disputed", "stance": "prepares"})
    lines = objected(dispute, "prepares")
    assert lines[0].startswith("PREPARES (disputed)  Alexander")
    assert (
        "Change     disputed: prepares of Thursday 16 February 2023, “our army joins”; prepares still stands"
        == lines[3]
    )


@pytest.mark.parametrize("width", [80, 81, 100, 132, 200])
def test_width(width: int) -> None:
    """No line is wider than the console, whatever an article's longest word."""
    alert = {**seed(), "question": "w" * 300}
    alert["article"] = {**alert["article"], "title": "x" * 500, "outlet": "y" * 253}
    assert width >= max(map(len, show(alert, width).splitlines()))


def test_plain_when_piped() -> None:
    """A console that is no terminal gets no escape sequence; a terminal gets colours around the same words."""
    assert "\x1b" not in show(seed())
    assert "\x1b[" in show(seed(), colour=True)


def test_hostile_text() -> None:
    """Markup is text, and no control, invisible or direction-changing character of an article gets through."""
    evil = (
        "[bold red]x[/bold red] [link=http://e.example]y[/link] :skull: \x1b[2J\x9b31m\x07\r\n\u202egnp.exe\u2066\u200b"
    )
    alert = seed()
    said = {**alert["statement"], "holder": evil, "evidence": {**alert["statement"]["evidence"], "text": evil}}
    said["condition"] = {**IF_ATTACKED, "text": evil, "trigger": evil}
    alert = {**alert, "statement": said, "also": [said], "article": {**alert["article"], "title": evil}}
    alert["highlights"] = [{"field": "text", "start": 0, "end": 1, "term": evil}]
    alert["left_out"] = [{"field": "text", "start": 0, "end": 1, "reason": evil, "text": evil}]
    shown = show(alert, 200)
    assert "[bold red]x[/bold red] [link=http://e.example]y[/link] :skull:" in shown
    assert [] == [letter for letter in shown if letter != "\n" and (ord(letter) < 32 or 127 <= ord(letter) < 160)]
    assert [] == [letter for letter in "\u202e\u2066\u200b\x1b\x9b" if letter in shown]


def test_without_statement() -> None:
    """An alert without a statement is called a mention, and has no line about what nobody said."""
    alert = {**seed(), "statement": None, "statement_id": None, "label": "none", "also": [], "highlights": []}
    labels = [line.split()[0] for line in show({**alert, "left_out": []}).splitlines() if line[0] != " "]
    assert ["MENTION", "Will", "watch", "Article", "Reach", "Id"] == labels


def test_position_without_condition() -> None:
    """ "May join" is not "joins": a conditional stance that names no condition leaves it open."""
    assert "leaves it open" == position_in_words(statement("conditional", condition=None))


def test_even_if() -> None:
    """The words of an "even if" are shown as what changes nothing, not as a condition that waits to be met."""
    alert = seed()
    said = {**alert["statement"], "stance": "refuses", "default": None}
    said["condition"] = {**IF_ATTACKED, "kind": "concessive", "text": "even if they ask", "trigger": "ally-request"}
    lines = show({**alert, "statement": said}).splitlines()
    assert "Position   stays out even if an ally asks" in lines
    assert "Condition  “even if they ask”   the position holds all the same" in lines


def test_statements_of_earlier_days() -> None:
    """What a chronology retells from earlier days is counted and not listed."""
    alert = seed()
    old = {**alert["also"][0], "said_at": "2023-01-01"}
    lines = show({**alert, "also": [alert["also"][1], old, old]}).splitlines()
    assert "Also       prepares (act) “testing mobilisation” · 2 statements of earlier days" in lines


def test_ended() -> None:
    """An ended alert is one line that names its successor."""
    alert = {**seed(), "status": "superseded", "successor_id": "ab" * 16}
    ended = f"ENDED  {alert['alert_id'][:8]}…, now part of abababab…   watch belarus-military-stance v1\n"
    assert ended == show(alert)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("only-if", "stays out by default; joins only if attacked"),
        ("if", "stays out by default; joins if attacked"),
        ("unless", "stays out unless attacked"),
        ("until", "stays out until attacked"),
        ("concessive", "stays out by default; joins even if attacked"),
        ("as-long-as", "stays out by default; joins, depending on a condition (as-long-as: attacked)"),
    ],
)
def test_position(kind: str, words: str) -> None:
    """A conditional position reads as a clause that keeps what holds without the condition."""
    assert words == position_in_words(statement(condition={**IF_ATTACKED, "kind": kind}))


def test_unknown_label() -> None:
    """The labels of another watch are shown as they are."""
    assert "will-buy" == position_in_words(statement("will-buy", condition=None))


def test_texts() -> None:
    """Long texts are cut, marks in heaps are thinned, quotation marks are not doubled, joiners stay."""
    assert "ab…" == clean("abcdef", 3)
    assert "a\u0301\u0301\u0301" == clean("a" + "\u0301" * 50)
    assert "“yes”" == quote('"yes"')
    assert "می\u200cخواهم" == clean("می\u200cخواهم")
    assert "not a day" == in_words("not a day")

"""Repaired text: what stays, what goes, what is read again."""

from __future__ import annotations

import pytest

from streams.clean.repair import repair, repair_line


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\r\ntwo\rthree\x0cfour", "one\ntwo\nthree\nfour"),
        ("Min\x00sk \x1bis\tquiet", "Minsk is\tquiet"),
        ("para\n\n\n\npara", "para\n\n\n\npara"),
        ("co\u00adoperation zero\u200bwidth \ufeffmark", "cooperation zerowidth mark"),
        ("\u202eevil\u202c", "evil"),
        ("\ud83d\ude00 \ud83d", "😀 \ufffd"),
        ("e\u0301tat", "état"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("\x93quoted\x94", "“quoted”"),
        ("Kyivâ€™s army", "Kyiv’s army"),
        ("â€œHeâ€\x9d", "“He”"),
        ("cafÃ© in Lyon", "café in Lyon"),
        ("Ð›ÑƒÐºÐ°ÑˆÐµÐ½ÐºÐ¾", "Лукашенко"),
    ],
)
def test_repairs(raw: str, expected: str) -> None:
    """Damage with one possible reading is repaired; paragraphs stay."""
    assert expected == repair(raw)


@pytest.mark.parametrize("text", ["AMANHÃ», disse", "naïve — “x”", "Łódź", "ÇÃO", "Ünïcode ©2020", "Ð"])
def test_leaves_what_may_be_meant(text: str) -> None:
    """Doubtful mojibake is no mojibake."""
    assert text == repair(text)


def test_title_is_one_line_of_text() -> None:
    """A title keeps its signs, decoded, on one line: a script in it is text."""
    assert "Marks & Co <script>alert(1)</script> wins" == repair_line(
        " Marks &amp;amp; Co\n<script>alert(1)</script>&nbsp;wins "
    )


def test_hostile_input_is_linear() -> None:
    """A megabyte of combining marks, escapes or mojibake ends, and a run of marks is cut."""
    assert 31 >= len(repair("a" + "\u0301\u0323" * 500_000))
    assert "&" == repair_line("&" + "amp;" * 250_000)
    assert 500_000 >= len(repair("Ã©" * 500_000))

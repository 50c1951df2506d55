"""Languages, short texts and claims."""

from __future__ import annotations

import pytest

from streams.clean.language import detect_language, normalise_language


@pytest.mark.parametrize(
    ("text", "claimed", "expected"),
    [
        ("The president said that the army stays in its barracks and will not cross the border.", None, "en"),
        ("The president said that the army stays in its barracks and will not cross the border.", "ru", "en"),
        ("Лукашенко заявил, что армия останется в казармах и не перейдёт границу", None, "ru"),
        ("Лукашэнка заявіў, што войска ўступіць у вайну", None, "be"),
        ("Лукашенко заявив, що Білорусь вступить у війну", None, "uk"),
        ("Лукашенко заявив, що Білорусь вступить у війну", "ru", "uk"),
        ("Минск", "ru-RU", "ru"),
        ("Лукашенко: Беларусь не будет участвовать в войне", None, "ru"),
        ("Минск: белорусские войска не вступят в войну", None, "ru"),
        ("Lukashenko: no Belarusian boots in Ukraine", None, "en"),
        ("Президент заявив, що армія готова до наступу", None, "uk"),
        ("Премиерът обяви, че няма да изпрати войски", None, "bg"),
        ("Влада Србије саопштила је данас да неће увести санкције Русији", None, "sr"),
        ("Мы бы воевали", None, "und"),
        ("OK", "pl", "pl"),
        ("12:3 (4:1)", None, "und"),
        ("", "English", "en"),
        ("", None, "und"),
        ("\x00\ud800\ufffe", None, "und"),
    ],
)
def test_detects(text: str, claimed: str | None, expected: str) -> None:
    """The detector decides when it is sure; letters and the claim when the text is short."""
    assert expected == detect_language(text, "", claimed)


def test_normalises_claims() -> None:
    """Claims come in many forms and count as two letters."""
    assert ["en", "ru", "he", None, None] == [normalise_language(c) for c in ("en_US", "Rus", "iw", "klingon!", 5)]

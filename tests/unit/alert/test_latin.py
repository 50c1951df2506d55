"""Names of one place or person are one in every spelling."""

from __future__ import annotations

import pytest

from streams.alert.latin import skeleton, spell, stems_of


@pytest.mark.parametrize(
    "spellings",
    [
        {"en": "Grodno Hrodna", "ru": "Гродно Гродненской", "pl": "Grodnie Grodna", "uk": "Гродно"},
        {"en": "Lukashenko Lukashenka", "ru": "Лукашенко", "pl": "Łukaszenka Łukaszenki", "uk": "Лукашенка"},
        {"en": "Baranavichy", "ru": "Барановичах", "pl": "Baranowicze"},
        {"en": "Mazyr Mozyr", "ru": "Мозырем Мозырский Мозырскому", "pl": "Mozyrzem"},
        {"en": "Chernihiv", "ru": "Черниговом", "pl": "Czernihowem"},
        {"en": "Oreshnik", "ru": "Орешника", "pl": "Orieszników"},
        {"en": "Kharkiv", "ru": "Харьков", "pl": "Charkowie"},
        {"en": "Polotsk", "ru": "Полоцке", "pl": "Połocku"},
    ],
)
def test_one_name(spellings: dict[str, str]) -> None:
    """In every language, and with the endings of Russian and Polish, a name has a stem of its first form."""
    names = [(name, language) for language, row in spellings.items() for name in row.split()]
    stems = [set(stems_of(skeleton(spell(name, language)))) for name, language in names]
    assert [] == [name for name, found in zip(names, stems, strict=True) if stems[0].isdisjoint(found)]


@pytest.mark.parametrize(
    ("one", "other"), [("Grodno", "Gomel"), ("Brest", "Borisov"), ("Lida", "Slonim"), ("Vitebsk", "Pinsk")]
)
def test_other_names(one: str, other: str) -> None:
    """Places that are no neighbours in spelling have no stem in common."""
    a, b = (set(stems_of(skeleton(spell(name, "en")))) for name in (one, other))
    assert set() == a & b


def test_scripts() -> None:
    """What is written in Latin letters inside a Cyrillic text is read as English; other scripts are left alone."""
    assert spell("Storm", "ru") == spell("Storm", "en") == spell("Шторм", "ru")
    assert ("αθηνα", "") == (spell("Αθήνα", "el"), skeleton("αθηνα"))

"""Differences between versions."""

from __future__ import annotations

from streams.clean.versions import diff_versions, undo


def test_names_the_changed_words() -> None:
    """A change says what stood there; added and removed count words."""
    assert {
        "previous_id": "a1",
        "added": 2,
        "removed": 1,
        "changes": [{"start": 3, "end": 7, "old": "may"}, {"start": 18, "end": 22, "old": ""}],
    } == diff_versions("He may join.\nEnd.", "He will join.\nEnd. Now", "a1")


def test_undoes() -> None:
    """The old text can be made of the new one."""
    old = "Lead.\n\nHe said: never.\n\nBackground.\nEnd."
    new = "New lead.\n\nHe said: perhaps.\n\nEnd.\nCorrection: a name."
    assert old == undo(new, diff_versions(old, new, "x"))


def test_hostile_versions_are_bounded() -> None:
    """Texts built to be dear to compare become one change."""
    old, new = "a b " * 100_000, "b a " * 100_000
    assert old == undo(new, diff_versions(old, new, "x"))
    old, new = "a\nb\n" * 50_000, "b\na\n" * 50_000
    assert old == undo(new, diff_versions(old, new, "x"))

"""Quiet or broken: the verdict of a heartbeat."""

from __future__ import annotations

from typing import Any

import pytest

from streams.deliver.heartbeat import judge

QUIET: dict[str, Any] = {
    "window_s": 3600,
    "articles": 12,
    "last_arrived_at": "2023-02-16T11:59:00.000Z",
    "outlets": 2,
    "silent_outlets": [],
    "stages": {"clean": {"lag": 3, "behind_s": 1}},
    "dead_letters": {"articles-raw-dlq": 0},
}
CAME = "12 articles came in, the last at 2023-02-16T11:59:00.000Z"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("quiet", [CAME, "every stage is up to date"])),
        (
            {"articles": 0, "last_arrived_at": None},
            ("broken", ["no article came in; the last one never"]),
        ),
        (
            {"stages": {"clean": {"lag": 2000, "behind_s": 10}}},
            ("broken", ["stage clean is 2000 records and 10 s behind", CAME]),
        ),
        (
            {"stages": {"clean": {"lag": 1, "behind_s": 301}}},
            ("broken", ["stage clean is 1 records and 301 s behind", CAME]),
        ),
        ({"silent_outlets": ["a.example"]}, ("impaired", ["silent outlets: a.example", CAME])),
        ({"silent_outlets": None, "outlets": None}, ("quiet", [CAME, "every stage is up to date"])),
        ({"dead_letters": {"articles-raw-dlq": 4}}, ("impaired", ["dead letters: 4 in articles-raw-dlq", CAME])),
    ],
)
def test_the_verdict_has_its_reasons(facts: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    """What is broken comes first; what makes quiet trustworthy is said too."""
    assert expected == judge(QUIET | facts)


def test_a_line_that_cannot_be_looked_at_is_broken() -> None:
    """No facts are no sign of quiet."""
    assert ("broken", ["the line could not be looked at: no broker"]) == judge({"window_s": 60, "error": "no broker"})

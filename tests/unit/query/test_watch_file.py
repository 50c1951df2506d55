"""What a watch file may say, what is filled in, and how a mistake is named."""

from __future__ import annotations

import pytest

from streams.errors import UsageError
from streams.query.watch_file import read_watch, to_watch

LEAST = "id: acme\ntitle: Acme\nquery: acme AND bid\n"


def test_defaults() -> None:
    """Three keys are enough; the rest has defaults."""
    assert {
        "watch_id": "acme",
        "title": "Acme",
        "question": None,
        "owner": "local",
        "query": "acme AND bid",
        "scope": {"languages": [], "outlets": [], "countries": []},
        "stance": None,
        "alerts": {
            "first_mention": "any",
            "stance_change": False,
            "story_days": 5,
            "severity": {"default": "notice"},
        },
    } == read_watch(LEAST, "acme.yaml")


def test_with_a_stance() -> None:
    """A stance block is passed on as it is and makes statements and changes the default for alerts."""
    found = read_watch(LEAST + "stance:\n  scale: [no, yes]\nalerts: {severity: {joins: critical}}\n", "acme.yaml")
    assert {
        "first_mention": "statement",
        "stance_change": True,
        "story_days": 5,
        "severity": {"default": "notice", "joins": "critical"},
    } == found["alerts"]
    assert {"scale": [False, True]} == found["stance"]


def test_to_watch() -> None:
    """A definition becomes a version of a watch."""
    definition = read_watch(LEAST + "tokens: plain\n", "acme.yaml")
    assert {
        **definition,
        "tokens": "plain",
        "version": 2,
        "effective_from": "2023-02-16T12:00:00.000Z",
        "status": "active",
        "changed_by": "ana",
        "change_reason": "wider",
    } == to_watch(definition, 2, "2023-02-16T12:00:00.000Z", "ana", "wider")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "w.yaml:1: expected a mapping with at least id, title and query"),
        ("id: acme\ntitle: x\n", "w.yaml:1: 'query' is missing"),
        (LEAST + "qestion: x\n", "w.yaml:4: unknown key 'qestion'; did you mean 'question'"),
        (LEAST + "scope:\n  langs: [en]\n", "w.yaml:5: unknown key 'scope.langs'; did you mean 'languages'"),
        (LEAST + "title: y\n", "w.yaml:4: key 'title' is there twice"),
        ("id: Acme\ntitle: x\nquery: acme\n", "w.yaml:1: id 'Acme' is not 2 to 80 of a-z, 0-9 and '-'"),
        ("id: acme\ntitle: 5\nquery: acme\n", "w.yaml:2: 'title' is 5; expected a text (put it between quotes)"),
        (
            "id: acme\ntitle: x\nquery: (acme\n",
            "w.yaml:3: watch 'acme': query error at line 1, column 1: '(' is never closed; add ')'",
        ),
        (
            LEAST + "scope: {languages: [no]}\n",
            "w.yaml:4: 'scope.languages' is not a list of texts (put quotes around 'no': YAML reads it as false)",
        ),
        (
            LEAST + "alerts: {first_mention: some}\n",
            "w.yaml:4: 'alerts.first_mention' is 'some'; expected one of statement, assessed, any, never",
        ),
        (LEAST + "alerts:\n  story_days: 0\n", "w.yaml:5: 'alerts.story_days' is 0; expected 1 to 365"),
        (LEAST + "stance: &a {}\nscope: *a\n", "w.yaml:5: YAML aliases are not read; write the value out"),
        (LEAST + "stance: !!python/object:os.x {}\n", "w.yaml:4: YAML tags are not read; write a plain value"),
        (LEAST + "---\nid: other\n", "w.yaml:4: a second document; one watch a file"),
        ("id: [acme\n", "w.yaml:2: not YAML: expected ',' or ']', but got '<stream end>'"),
        (LEAST + "stance: " + "[" * 40 + "]" * 40, "w.yaml:4: nested deeper than 30"),
        (LEAST + "#" * 300_000, "w.yaml:1: the file is larger than 262144 bytes"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    """A mistake is named with file, line and what was expected."""
    with pytest.raises(UsageError) as caught:
        read_watch(text, "w.yaml")
    assert message == str(caught.value)


def test_control_characters_are_refused() -> None:
    """A byte that YAML does not allow is one line for a person, too."""
    with pytest.raises(UsageError, match=r"^w.yaml:1: not YAML: "):
        read_watch("id: a\x00b\n", "w.yaml")

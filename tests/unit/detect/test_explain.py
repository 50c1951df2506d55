"""What a person is told about a match, or a missing one."""

from __future__ import annotations

from streams.detect.explain import explain
from tests.unit.detect.articles import article, masked, watch


def test_matched() -> None:
    """Each clause says that it holds and where."""
    found = explain(watch('army AND (war OR title:"the end") AND NOT peace'), article("The end", "army"))
    assert [
        "watch w1 v1: matched",
        '  yes army AND (war OR title:"the end") AND NOT peace: holds',
        "    yes army: found at text 0-4",
        '    yes war OR title:"the end": holds',
        "      no  war: not found",
        '      yes title:"the end": holds',
        '        yes title:"the end": found at title 0-7',
        "    yes NOT peace: not there",
        "      no  peace: not found",
    ] == list(found.lines())
    assert ((), ["army", "the end"]) == (found.decisive, [h["term"] for h in reversed(found.highlights)])


def test_only_in_boilerplate() -> None:
    """A clause that only boilerplate would make true says where that is."""
    found = explain(watch("army AND donate"), article("", "army. Please donate.", boilerplate=masked((6, 20))))
    assert (False, ("donate: only in boilerplate at text 13-19",)) == (found.matched, found.decisive)


def test_boilerplate_on_one_side() -> None:
    """A phrase that leans on boilerplate from outside names the place that it would cover."""
    found = explain(watch('"army said"'), article("", "army said", boilerplate=masked((5, 9))))
    assert ('"army said": only in boilerplate at text 0-9',) == found.decisive


def test_too_far() -> None:
    """NEAR with both sides there says that they are too far apart."""
    found = explain(watch("army NEAR/1 said"), article("", "army chief said"))
    assert ("army NEAR/1 said: sides not near enough",) == found.decisive


def test_out_of_scope() -> None:
    """Scope comes first; the query's own answer is still there."""
    scope = {"languages": ["ru"], "outlets": [], "countries": []}
    found = explain(watch("army", scope=scope), article("", "army"))
    assert (False, ("language en is not one of ru",), True) == (found.matched, found.decisive, found.clause.held)


def test_language_clause() -> None:
    """A clause on the language says what the article's language is."""
    found = explain(watch("army AND lang:(ru OR be)"), article("", "army"))
    assert ("lang:(ru OR be): the article's language is en",) == found.decisive


def test_forbidden_word() -> None:
    """A NOT that fails says that the word is there."""
    assert ("NOT said: it is there",) == explain(watch("army NOT said"), article("", "army said")).decisive

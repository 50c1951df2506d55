"""What two more questions need of the grammar: bodies that speak, prices, vetoes, what must not be lacking."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import pytest
import yaml

from streams.cli.watch_files import shipped_path
from streams.model.watch import Watch
from streams.stance.assess import Assessment, assess


@lru_cache
def watch_of(watch_id: str) -> Watch:
    block = yaml.safe_load(shipped_path(watch_id).read_text("utf-8"))
    return cast(Watch, {**block, "watch_id": block["id"], "version": 1})


def say(watch_id: str, text: str, language: str = "en") -> Assessment:
    article = {"title": "", "text": text, "language": language, "published_at": "2025-05-14T12:00:00Z"}
    return assess(article, watch_of(watch_id))


def acme(text: str) -> Assessment:
    return say("acme-takeover-stance", text)


def hungary(text: str) -> Assessment:
    return say("hungary-sanctions-stance", text)


def test_an_offer_is_refused_and_a_higher_one_would_be_heard() -> None:
    """Both statements are there: this offer is refused, the condition is the price."""
    found = acme('Acme\'s board rejects 30 a share, would "listen at 35".')
    stances = {statement["stance"]: statement["condition"] for statement in found.statements}
    assert "conditional" == found.label
    assert {"rejects", "conditional"} == set(stances)
    assert stances["conditional"] is not None
    assert ("at 35", "price") == (stances["conditional"]["text"], stances["conditional"]["trigger"])


def test_a_body_is_meant_by_it() -> None:
    """ "…, it said" is the body that the sentence is about."""
    found = acme("Acme will not sell itself to Borealis, it said.")
    assert [("rejects", "board")] == [(s["stance"], s["holder_id"]) for s in found.statements]


def test_it_is_not_the_holder_where_another_body_speaks() -> None:
    """The first body of the sentence is meant."""
    assert "none" == acme("Borealis will not pay more for Acme, it said.").label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Without guarantees for its oil, Hungary will not back the sanctions, Orbán said.", "conditional"),
        ("Hungary will not back the sanctions without oil guarantees, Orbán said.", "conditional"),
        ("Hungary will not back the sanctions without hesitation, Orbán said.", "vetoes"),
    ],
)
def test_what_must_not_be_lacking_is_a_condition_if_the_watch_knows_it(text: str, label: str) -> None:
    """ "Without" and a trigger; without one it is only an adverb."""
    assert label == hungary(text).label


def test_to_reject_is_a_deed_and_may_be_narrated() -> None:
    """Nobody has to be quoted for a rejection or a veto to be there."""
    assert "rejects" == acme("Acme's board rejected Borealis's offer on Tuesday.").label
    assert "vetoes" == hungary("Hungary vetoed the oil embargo on Tuesday.").label


def test_a_lifted_veto_is_what_the_watch_asks_about() -> None:
    """No claimed change without words: the action itself is the change."""
    assert "backs" == hungary("Hungary has dropped its veto on the sanctions.").label


def test_polish_is_read() -> None:
    """Negative concord, conditions and reported speech."""
    text = "Łukaszenka oświadczył, że nikt nigdy nie wyśle żołnierzy na Ukrainę."
    assert "refuses" == say("belarus-military-stance", text, "pl").label
    text = "„Będziemy walczyć tylko wtedy, gdy ktoś nas zaatakuje” – powiedział Łukaszenka."
    found = say("belarus-military-stance", text, "pl")
    assert found.statements[0]["condition"] is not None
    assert ("conditional", "only-if", "attack") == (
        found.label,
        found.statements[0]["condition"]["kind"],
        found.statements[0]["condition"]["trigger"],
    )

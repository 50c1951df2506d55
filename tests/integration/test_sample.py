"""Does the real line find in the sample stream what an analyst expects? ``streams/sample/expected.yaml`` says what.

The line runs once: ingest into an embedded log, then a worker process until nothing is left. Each test compares one
part of the expectations, whole, with articles named by their short reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas import topic_of
from streams.errors import RefusedInput
from streams.ingest.progress import progress_on
from streams.ingest.run import Request, Summary, run_ingest
from streams.model.times import parse_utc
from streams.sample import articles_dir, sample_dir
from streams.settings import Settings
from tests.integration.real import apply_watches
from tests.integration.rig import Rig

INGESTED_AT = "2026-03-12T06:00:00Z"
WATCHES = ("belarus-military-stance", "acme-takeover", "river-fever")
BELARUS = "belarus-military-stance"
REASONS = {
    "third party": {"third-party"},
    "speculation": {"third-party", "hypothetical"},
    "fabricated": {"fabricated"},
    "counterfactual": {"counterfactual"},
    "background": {"background"},
    "other holder": {"third-party", "other-actor"},
    "withdrawn": {"withdrawn"},
}
"""For why an article is silent: a reason that must stand beside one of the passages that were left out."""
Expected = dict[str, Any]


@dataclass(slots=True)
class Refusals:
    """Takes down what ingest refuses."""

    places: dict[str, str] = field(default_factory=dict)

    def refused(self, place: str, refusal: RefusedInput) -> None:
        self.places[place.removeprefix(f"{articles_dir()}/")] = refusal.reason

    def resumed(self, name: str, by_line: bool, number: int) -> None: ...

    def advanced(self, articles: int, read_bytes: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What is in the topics after the run, the last record under each id."""

    summary: Summary
    refused: dict[str, str]
    outcomes: dict[str, dict[str, int]]
    refs: dict[str, str]
    """The short reference of each article id."""
    articles: dict[str, dict[str, Any]]
    mentions: dict[tuple[str, str], dict[str, Any]]
    """By watch and reference."""
    alerts: list[dict[str, Any]]
    dead: int
    """How many dead letters there are."""


@pytest.fixture(scope="module")
def expected() -> Expected:
    loaded: Expected = yaml.safe_load((sample_dir() / "expected.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, expected: Expected) -> Iterator[Found]:
    """The sample, ingested and processed."""
    folder = tmp_path_factory.mktemp("sample")
    rig = Rig(
        Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var"),
        "tests.integration.real",
    )
    try:
        rig.create_topics()
        apply_watches(rig.log)
        yield run_line(rig, folder, expected)
    finally:
        rig.close()


def run_line(rig: Rig, folder: Path, expected: Expected) -> Found:
    refusals = Refusals()
    now_ms = int(parse_utc(INGESTED_AT).timestamp() * 1000)
    partitions = rig.log.partitions(topic_of("article-raw").name)
    request = Request((str(articles_dir()),), log_address=rig.settings.broker)
    summary = run_ingest(request, progress_on(rig.log, folder), partitions, refusals, lambda: now_ms)
    rig.run_to_end()
    articles = {record["article_id"]: record for record in rig.records("article-deduped")}
    entries = expected["articles"].items()
    by_url = {entry["url"].rstrip("/"): ref for ref, entry in entries if "/" not in ref and entry["url"]}
    refs = {article_id: named(record, by_url) for article_id, record in articles.items()}
    mentions = {(record["watch_id"], refs[record["article_id"]]): record for record in rig.records("mention")}
    alerts = {record["alert_id"]: record for record in rig.records("alert")}
    topics = [topic for topic in sorted(rig.log.describe_topics()) if topic.endswith("-dlq")]
    return Found(
        summary,
        refusals.places,
        rig.outcomes(),
        refs,
        {refs[article_id]: record for article_id, record in articles.items()},
        mentions,
        [record for record in alerts.values() if record["status"] == "live"],
        sum(len(rig.all_of(topic)) for topic in topics),
    )


def named(record: dict[str, Any], by_url: dict[str, str]) -> str:
    ref = by_url[record["url"].rstrip("/")] if record["url"] else record["source_id"]
    return ref if record["version"] == 1 else f"{ref}/{record['version']}"


def assert_same(wanted: Any, shown: Any) -> None:
    """Compare whole values, and show nothing but the lines that differ."""
    if wanted != shown:
        old, new = (yaml.safe_dump(side, allow_unicode=True, width=200).splitlines() for side in (wanted, shown))
        pytest.fail("\n".join(unified_diff(old, new, "expected", "found", n=4, lineterm="")), pytrace=False)


def carriers(alert: dict[str, Any], found: Found) -> set[str]:
    """The short references of an alert's articles, later versions counting as the article."""
    return {found.refs[carrier["article_id"]].split("/")[0] for carrier in alert["carriers"]}


def alerts_of(watch: str, found: Found) -> list[tuple[set[str], dict[str, Any]]]:
    ordered = sorted(found.alerts, key=lambda alert: (alert["first_published_at"], alert["alert_id"]))
    return [(carriers(alert, found), alert) for alert in ordered if alert["watch_id"] == watch]


def as_expected(story: dict[str, Any]) -> Expected:
    """What the file says of a story, in the form of ``as_found``."""
    wanted: Expected = {"label": story["label"], "carriers": sorted(story["carriers"])}
    if "holder_ids" in story:
        wanted |= {"holder": story["holder_ids"], "lane": story["lane"], "condition": story["condition"]}
        wanted |= {"said_on": str(story["said_on"])}
    if "default" in story:
        wanted["default"] = story["default"]
    if "quote" in story:
        wanted["quote"] = story["quote"]
    return wanted


def as_found(story: dict[str, Any], refs: set[str], alert: dict[str, Any]) -> Expected:
    """What an alert says of a story; where the file allows several answers, its own if the alert gives one of them."""
    shown: Expected = {"label": alert["label"], "carriers": sorted(refs - set(story.get("other_language", ())))}
    said = alert["statement"]
    if "holder_ids" in story:
        if said is None:
            return shown | {"statement": None}
        condition = said["condition"] and {name: said["condition"][name] for name in ("kind", "trigger")}
        is_one = said["holder_id"] in story["holder_ids"]
        shown |= {"holder": story["holder_ids"] if is_one else said["holder_id"], "lane": said["lane"]}
        shown |= {"condition": condition, "said_on": said["said_at"][:10]}
    if "default" in story:
        shown["default"] = said["default"]
    if "quote" in story:
        shown["quote"] = story["quote"] if is_quoted(story["quote"], said) else said["evidence"]["text"]
    return shown


def is_quoted(quote: str, said: dict[str, Any]) -> bool:
    wordings = [said["evidence"]["text"], *(other["text"] for other in said.get("wordings", ()))]
    return any(plain(quote) in plain(wording) for wording in wordings)


def plain(text: str) -> str:
    return text.translate(str.maketrans("“”’", '""\'')).rstrip(".,").lower()


@pytest.mark.parametrize("watch", WATCHES)
def test_each_story_has_one_alert(watch: str, found: Found, expected: Expected) -> None:
    """One alert a story, with the right label, holder, lane, condition, day, words and articles; and no other."""
    left = alerts_of(watch, found)
    retold = {entry["article"] for entry in expected["watches"][watch]["silent"] if entry["label"] == "any"}
    wanted, shown = {}, {}
    for story in expected["watches"][watch]["alerts"]:
        name, others = story["story"], set(story.get("other_language", ()))
        wanted[name] = as_expected(story)
        best = max(left, key=lambda entry: len(entry[0] & set(story["carriers"])), default=None)
        if best is not None and best[0] & set(story["carriers"]):
            left.remove(best)
            shown[name] = as_found(story, best[0] - retold, best[1])
        left = [entry for entry in left if not entry[0] <= others]
    unexpected = {f"unexpected: {alert['article']['title']}": sorted(refs) for refs, alert in left}
    assert_same(wanted, shown | unexpected)


@pytest.mark.parametrize("watch", WATCHES)
def test_changes_of_stance_are_those_of_the_story(watch: str, found: Found, expected: Expected) -> None:
    """Each change of a holder's position is told by the alert of its day, with where it came from, and no other is."""
    wanted = [
        [str(change["said_on"]), *(change[name] for name in ("holder_id", "from", "to", "direction", "trigger"))]
        for change in expected["watches"][watch]["changes"]
    ]
    shown = []
    for _, alert in alerts_of(watch, found):
        change, said = alert["change"], alert["statement"]
        if change is not None:
            trigger = said["condition"] and said["condition"]["trigger"]
            stances = change["from_stance"], change["to_stance"], change["direction"]
            shown.append([said["said_at"][:10], said["holder_id"], *stances, trigger])
    assert_same(wanted, sorted(shown))


@pytest.mark.parametrize("watch", WATCHES)
def test_silent_articles_are_silent_for_their_reason(watch: str, found: Found, expected: Expected) -> None:
    """What opens no alert is in none, has the label that the watch should give, and tells why it was left out."""
    told = {ref: alert["article"]["title"] for refs, alert in alerts_of(watch, found) for ref in refs}
    wanted, shown = {}, {}
    for entry in expected["watches"][watch]["silent"]:
        ref = entry["article"]
        mention = found.mentions.get((watch, ref))
        label = None if mention is None else mention["label"]
        reasons = {passage["reason"] for passage in (mention or {}).get("left_out", ())}
        needed = REASONS.get(entry["why"], set())
        is_explained = entry["label"] != "none" or not needed or bool(reasons & needed)
        wanted[ref] = [entry["label"], entry["why"], None]
        is_free = entry["label"] == "any"
        shown[ref] = [
            "any" if is_free else label,
            entry["why"] if is_explained else sorted(reasons),
            None if is_free else told.get(ref),
        ]
    assert_same(wanted, shown)


def test_copies_are_recognised(found: Found, expected: Expected) -> None:
    """Every copy points at the original, as exact or near; nothing else is a copy."""
    wanted = {
        copy: [kind, group["original"]]
        for group in expected["copies"]
        for kind in ("exact", "near")
        for copy in group[kind]
    }
    either = {copy for group in expected["copies"] for copy in group.get("either", ())}
    shown = {}
    for ref, article in found.articles.items():
        verdict = article["dedupe"]
        if verdict["kind"] != "original" and ref not in either:
            shown[ref] = [verdict["kind"], found.refs[verdict["original_id"]]]
    assert_same(wanted, shown)


def test_look_alikes_are_no_copies(found: Found, expected: Expected) -> None:
    """Templates and follow-ups stay in clusters of their own."""
    pairs = expected["not_copies"]
    clusters = [{found.articles[ref]["dedupe"]["cluster_id"] for ref in pair} for pair in pairs]
    together = [pair for pair, ids in zip(pairs, clusters, strict=True) if len(ids) < len(pair)]
    assert [] == together


def test_versions_are_told_from_repeats(found: Found, expected: Expected) -> None:
    """A changed text is version 2 with a diff; an unchanged one is a repeat and goes no further."""
    changed = {entry["later"] for entry in expected["versions"] if entry["kind"] == "version"}
    repeats = sum(entry["kind"] == "repeat" for entry in expected["versions"])
    assert changed == {ref for ref in found.articles if "/" in ref}
    assert changed == {ref for ref, article in found.articles.items() if "diff" in article}
    assert repeats == found.outcomes["clean"]["repeat"]


def test_broken_input_is_named_and_stops_nothing(found: Found, expected: Expected) -> None:
    """Each broken line or file is refused by ingest or a dead letter; all other articles come out of the line."""
    wanted, shown = {}, {}
    for entry in expected["broken"]:
        place = entry["file"] if entry["line"] is None else f"{entry['file']}:{entry['line']}"
        wanted[place] = entry["expect"]
        shown[place] = "accepted" if entry["id"] in found.articles else "refused"
    dead = {place for place in wanted if shown[place] == "refused" and place not in found.refused}
    refused = {place: found.refused[place] for place in sorted(found.refused.keys() - wanted.keys())}
    repeats = {entry["later"] for entry in expected["versions"] if entry["kind"] == "repeat"}
    assert_same(wanted, shown)
    assert {} == refused
    assert len(dead) == found.dead
    assert expected["articles"].keys() - repeats == found.articles.keys()


def test_impossible_dates_give_way_to_the_arrival(found: Found) -> None:
    """An article of the year 2602 counts at its arrival, and the claim is kept."""
    article = found.articles["broken-date-2602"]
    assert (INGESTED_AT, "arrival") == (article["published_at"], article["published_basis"])
    assert "2602" in article["published_claimed"]


def test_every_article_has_one_outcome_in_each_stage(found: Found) -> None:
    """What comes into a stage is what the stage before gave out."""
    sums = {
        stage: sum(number for outcome, number in counts.items() if outcome not in ("repeat", "revised", "rejected"))
        for stage, counts in found.outcomes.items()
    }
    assert found.summary.accepted == sum(found.outcomes["clean"].values())
    assert {"clean": len(found.articles), "dedupe": len(found.articles), "detect": len(found.articles)} == {
        stage: sums[stage] for stage in ("clean", "dedupe", "detect")
    }
    assert found.outcomes["detect"]["matched"] == sums["stance"]
    assert len(found.mentions) == sums["alert"]

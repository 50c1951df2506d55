"""Does the sample stream hold what its README promises, and does expected.yaml speak of articles that exist?"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from lxml import html

from streams.sample import articles_dir, sample_dir

BROKEN = "-broken"
DAYS = [f"2026-03-{day:02d}" for day in range(2, 12)]
BELARUS_LABELS = {"refuses", "conditional", "prepares", "joins"}
Expected = dict[str, Any]


@pytest.fixture(scope="module")
def expected() -> Expected:
    loaded: Expected = yaml.safe_load((sample_dir() / "expected.yaml").read_text("utf-8"))
    return loaded


def sound_files(suffix: str) -> list[Path]:
    return [path for path in sorted(articles_dir().rglob(f"*{suffix}")) if BROKEN not in path.name]


def json_records() -> list[dict[str, Any]]:
    return [orjson.loads(line) for path in sound_files(".jsonl") for line in path.read_bytes().splitlines()]


def feed_titles(path: Path) -> list[str]:
    root = ET.fromstring(path.read_bytes())
    atom = "{http://www.w3.org/2005/Atom}"
    items = root.findall("channel/item") or root.findall(f"{atom}entry")
    return [item.findtext("title") or item.findtext(f"{atom}title") or "" for item in items]


def test_it_has_the_promised_size_and_mixture(expected: Expected) -> None:
    """At least 80 articles of at least 12 invented outlets, in three forms, 20 or more of them Russian."""
    articles = expected["articles"]
    forms = Counter(article["form"] for article in articles.values())
    languages = Counter(article["language"] for article in articles.values())
    outlets = {article["outlet"] for article in articles.values()}
    assert len(articles) >= 80
    assert len(outlets) >= 12
    assert {outlet for outlet in outlets if not outlet.endswith(".example")} == set()
    assert {"page", "feed", "text"} == set(forms)
    assert min(forms.values()) >= 20
    assert {"en", "ru"} == set(languages)
    assert languages["ru"] >= 20


def test_events_span_ten_days(expected: Expected) -> None:
    """Every day of the ten has articles that were published on it, and a folder of what arrived on it."""
    published = {a["published_at"][:10] for a in expected["articles"].values() if a["published_at"]}
    assert DAYS == sorted(published)
    assert DAYS == sorted(path.name for path in articles_dir().iterdir())


def test_every_article_stands_where_the_list_says(expected: Expected) -> None:
    """The list of expected.yaml and the files of the sample name the same articles, each once."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted(articles_dir().rglob("*")):
        name = path.relative_to(articles_dir()).as_posix()
        if BROKEN in name or path.is_dir():
            continue
        if path.suffix == ".jsonl":
            found.update((name, orjson.loads(line)["id"]) for line in path.read_bytes().splitlines())
        elif path.suffix == ".xml":
            root = path.read_text("utf-8")
            refs = {ref for ref, article in expected["articles"].items() if article["file"] == name}
            assert len(refs) == len(feed_titles(path))
            found.update((name, ref) for ref in refs if f":{ref}</" in root)
        else:
            links = html.fromstring(path.read_bytes()).xpath("//link[@rel='canonical']/@href")
            assert 1 == len(links), name
            found.update([(name, links[0].rstrip("/").rsplit("/", 1)[-1].removesuffix(".html"))])
    listed = Counter(
        (article["file"], ref.split("/")[0])
        for ref, article in expected["articles"].items()
        if BROKEN not in article["file"]
    )
    assert listed == found


def test_addresses_are_those_of_the_files(expected: Expected) -> None:
    """An article's address in the list is the canonical one of its page, or that of its JSON line without tracking."""
    by_id = {(record["id"], record["outlet"]): record.get("url") for record in json_records()}
    for ref, article in expected["articles"].items():
        if article["form"] == "page":
            page = html.fromstring((articles_dir() / article["file"]).read_bytes())
            assert [article["url"]] == page.xpath("//link[@rel='canonical']/@href"), ref
        elif article["form"] == "text" and BROKEN not in article["file"]:
            url = by_id[(ref.split("/")[0], article["outlet"])]
            assert article["url"] == (url.split("?")[0] if url else None), ref


def test_pages_have_a_head_and_furniture() -> None:
    """Each page is a whole news page: a title, an author, a date, a canonical link, and clutter around the article."""
    for path in sound_files(".html"):
        page = html.fromstring(path.read_bytes())
        raw = path.read_text("utf-8").lower()
        assert page.findtext(".//title"), path.name
        assert page.xpath("//meta[@name='author' or @NAME='author']/@content"), path.name
        dates = page.xpath("//meta[@name='date' or @property='article:published_time']/@content")
        assert dates, path.name
        assert "cookie" in raw or "newsletter" in raw or "river fever: call" in raw, path.name
        assert "newsvane" in raw, path.name


def test_json_lines_carry_the_promised_fields() -> None:
    """Each sound JSON line has id, outlet, title, text, time and language; a few have no address."""
    records = json_records()
    fields = {"id", "outlet", "title", "text", "published_at", "language", "sample"}
    assert [] == [record["id"] for record in records if not fields <= set(record)]
    assert 2 == sum("url" not in record for record in records)


def test_headlines_without_text_and_long_articles_are_there(expected: Expected) -> None:
    """Lengths go from a headline alone to several thousand characters."""
    headline_only = [
        ref
        for alert in expected["watches"]["belarus-military-stance"]["alerts"]
        for ref in alert.get("headline_only", [])
    ]
    for ref in headline_only:
        text = (articles_dir() / expected["articles"][ref]["file"]).read_text("utf-8")
        entry = text.split(f":{ref}</")[1].split("</item>")[0].split("</entry>")[0]
        assert "<description>" not in entry
        assert "<content" not in entry
    assert 3 == len(headline_only)
    longest = max(len(path.read_text("utf-8")) for path in sound_files(".html"))
    assert 6_000 <= longest <= 20_000


def test_wire_originals_arrive_after_their_copies(expected: Expected) -> None:
    """At least two originals stand later in the order of arrival than a copy that was published after them."""
    articles = expected["articles"]
    late = []
    for group in expected["copies"]:
        original = articles[group["original"]]
        copies = [articles[ref] for ref in group["exact"] + group["near"]]
        assert all(original["published_at"] < copy["published_at"] for copy in copies), group["original"]
        if any(copy["file"] < original["file"] for copy in copies):
            late.append(group["original"])
    assert {"cw-not-send-soldiers", "cw-if-moscow-asks"} <= set(late)


def test_exact_text_copies_are_exact(expected: Expected) -> None:
    """A JSON line that is called an exact copy of a JSON line has its text, letter by letter."""
    texts = {record["id"]: record["text"] for record in json_records()}
    compared = 0
    for group in expected["copies"]:
        for ref in group["exact"]:
            if ref in texts and group["original"] in texts:
                assert texts[group["original"]] == texts[ref], ref
                compared += 1
    assert compared >= 4


def test_every_reference_is_an_article(expected: Expected) -> None:
    """No alert, silence, copy, version or template names an article that is not there."""
    refs: set[str] = set()
    for watch in expected["watches"].values():
        for alert in watch["alerts"]:
            refs |= {*alert["carriers"], *alert.get("other_language", []), *alert.get("headline_only", [])}
            refs |= {alert["original"]} if "original" in alert else set()
        refs |= {silent["article"] for silent in watch["silent"]}
    for group in expected["copies"]:
        refs |= {group["original"], *group["exact"], *group["near"]}
    refs |= {ref for pair in expected["not_copies"] for ref in pair}
    refs |= {version[side] for version in expected["versions"] for side in ("article", "later")}
    assert refs - set(expected["articles"]) == set()


def test_each_article_belongs_to_one_story_of_a_watch(expected: Expected) -> None:
    """Within a watch an article carries one story, or is silent, never both."""
    for watch_id, watch in expected["watches"].items():
        carried = [ref for alert in watch["alerts"] for ref in alert["carriers"] + alert.get("other_language", [])]
        silent = [silent["article"] for silent in watch["silent"]]
        assert len(set(carried + silent)) == len(carried + silent), watch_id


def test_every_situation_of_a_stance_is_there(expected: Expected) -> None:
    """The four labels, both triggers, a concession, an act, and each kind of talk that is no stance occur."""
    watch = expected["watches"]["belarus-military-stance"]
    conditions = {
        (alert["condition"]["kind"], alert["condition"]["trigger"]) for alert in watch["alerts"] if alert["condition"]
    }
    whys = {silent["why"] for silent in watch["silent"]}
    assert {alert["label"] for alert in watch["alerts"]} == BELARUS_LABELS
    assert {alert["lane"] for alert in watch["alerts"]} == {"word", "act"}
    assert conditions == {("only-if", "attack"), ("if", "ally-request"), ("concessive", "ally-request")}
    assert whys == {
        *("third party", "speculation", "fabricated", "counterfactual", "background"),
        *("other holder", "withdrawn", "false friend", "boilerplate"),
    }


def test_quotes_stand_in_an_article_of_their_story(expected: Expected) -> None:
    """The words that an alert is expected to show are the words of its original or first carrier."""
    texts = {record["id"]: record["text"] for record in json_records()}
    for alert in expected["watches"]["belarus-military-stance"]["alerts"]:
        if "quote" not in alert:
            continue
        ref = alert.get("original", alert["carriers"][0])
        text = texts.get(ref) or (articles_dir() / expected["articles"][ref]["file"]).read_text("utf-8")
        assert alert["quote"] in text, ref


def test_about_a_third_is_noise(expected: Expected) -> None:
    """Between a quarter and a half of the articles carry no story of any watch, so that filtering is seen."""
    carried = {
        ref
        for watch in expected["watches"].values()
        for alert in watch["alerts"]
        for ref in alert["carriers"] + alert.get("other_language", [])
    }
    about = carried | {
        silent["article"]
        for silent in expected["watches"]["belarus-military-stance"]["silent"]
        if silent["why"] not in ("false friend", "boilerplate")
    }
    everything = {ref.split("/")[0] for ref in expected["articles"]}
    share = len(everything - about) / len(everything)
    assert 0.25 <= share <= 0.5


def test_the_broken_ones_are_broken(expected: Expected) -> None:
    """Each line called broken is where expected.yaml says, and breaks in its own way."""
    broken = articles_dir() / "2026-03-08"
    lines = (broken / "72-broken.jsonl").read_bytes().splitlines()
    assert {entry["file"] for entry in expected["broken"]} == {
        f"2026-03-08/{path.name}" for path in broken.iterdir() if BROKEN in path.name
    }
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(lines[0])
    records = [orjson.loads(line) for line in lines[1:]]
    assert "text" not in records[0]
    assert records[1]["id"] == "sound-between-broken"
    assert records[2]["text"] == ""
    assert isinstance(records[3]["text"], list)
    assert records[4]["published_at"].startswith("2602")
    assert isinstance(records[5], list)
    for entry in expected["broken"]:
        if entry["id"] is not None:
            assert f'"{entry["id"]}"'.encode() in lines[entry["line"] - 1]
    with pytest.raises(ET.ParseError):
        ET.parse(broken / "76-broken-cut-feed.xml")
    with pytest.raises(UnicodeDecodeError):
        (broken / "78-broken-not-utf8.txt").read_text("utf-8")


def test_the_two_watches_are_keyword_watches() -> None:
    """Each watch file has the keys of a watch without a stance block, and its id is its name."""
    for path in sorted((sample_dir() / "watches").glob("*.yaml")):
        watch = yaml.safe_load(path.read_text("utf-8"))
        assert {"id", "title", "owner", "query", "scope", "alerts"} == set(watch)
        assert path.stem == watch["id"]
        assert watch["alerts"]["first_mention"] == "any"
        assert watch["query"].count("(") == watch["query"].count(")")

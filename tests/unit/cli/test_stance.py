"""``newsvane stance init`` and ``explain``, beside the filter."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from streams.cli.main import main
from streams.cli.stance_explain import REASONS
from streams.cli.watch_files import offered_files, read_watch_file, read_watch_files
from streams.model.watch import Watch
from streams.stance.assess import assess

ROOT = Path(__file__).parents[3]
TEXT = (
    "Acme's board rejects Borealis\n"
    '"At 36 a share we would recommend it," Ruth Calder said on Monday. Analysts expect Acme to accept.\n'
)
ASKED = ["--question", "Will Acme accept?", "--holder", "Ruth Calder", "--holder", "Acme's board", "--target", "offer"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("languages", [["en"], ["ru"], ["pl"], ["en", "ru", "pl"]])
def test_a_draft_is_a_valid_watch_without_warnings(languages: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The file reads back in every language, the linter is silent, and no line is longer than 120 columns."""
    options = [word for code in languages for word in ("--language", code)]
    assert main(["stance", "init", *ASKED, *options, "--out", "w.yaml"]) == 0
    file = read_watch_file(Path("w.yaml"))
    assert ("will-acme-accept", []) == (file.watch_id, file.warnings())
    assert languages == file.definition["stance"]["languages"]
    assert [] == [line for line in Path("w.yaml").read_text("utf-8").splitlines() if len(line) > 120]
    assert "newsvane stance explain" in capsys.readouterr().err


def test_a_draft_reads_a_sentence_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The common words for agreeing are there, so that the author sees something before the first edit."""
    assert main(["stance", "init", *ASKED, "--out", "w.yaml"]) == 0
    watch = read_watch_file(Path("w.yaml")).as_watch(1, "1970-01-01T00:00:00.000Z", "x")
    assert "conditional" == _label(watch, '"We accept the offer only if the price rises," Ruth Calder said.')
    assert "refuses" == _label(watch, '"We will never accept the offer," Ruth Calder said.')
    capsys.readouterr()


def _label(watch: Watch, text: str) -> str:
    article = {"title": "", "text": text, "language": "en", "published_at": "2025-05-14T12:00:00Z"}
    return assess(article, watch).label


def test_a_draft_overwrites_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there is somebody's work."""
    Path("w.yaml").write_text("mine")
    assert main(["stance", "init", *ASKED, "--out", "w.yaml"]) == 2
    assert "mine" == Path("w.yaml").read_text()
    assert "newsvane: w.yaml is there already; name another file\n" == capsys.readouterr().err


def test_without_a_terminal_a_missing_option_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script must not hang on a question."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["stance", "init", "--question", "Will it?"]) == 2
    assert "newsvane: --holder is missing" in capsys.readouterr().err


def test_an_explanation_names_sentences_rules_and_speakers(capsys: pytest.CaptureFixture[str]) -> None:
    """What was taken, what was left and why, at 80 columns."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["stance", "explain", "a.txt", "--watch", "acme-takeover-stance"]) == 0
    shown = capsys.readouterr().out
    assert [] == [line for line in shown.splitlines() if len(line) > 80]
    assert "+ taken as conditional by rule conditional" in shown
    assert "- left as third-party (somebody else's words or guess) by rule third-party" in shown
    assert "Ruth Calder (direct): At 36 a share we would recommend it" in shown


def test_an_explanation_as_json_points_into_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Every passage stands at its offsets; a record is taken as it is."""
    title, _, text = TEXT.partition("\n")
    Path("a.json").write_text(json.dumps({"title": title, "text": text, "language": "en"}), encoding="utf-8")
    assert main(["stance", "explain", "a.json", "--watch", "acme-takeover-stance", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert ["rejects", "conditional", "third-party"] == [seen["verdict"] for seen in found["looked"]]
    assert [True, True, False] == [seen["taken"] for seen in found["looked"]]
    for seen in found["looked"]:
        source = title if seen["field"] == "title" else text
        assert seen["text"] == source[seen["start"] : seen["end"]]


def test_a_language_that_is_not_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Not "nothing found"."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["stance", "explain", "a.txt", "--watch", "acme-takeover-stance", "--language", "de"]) == 0
    assert "label: not-assessed" in capsys.readouterr().out


def test_no_article_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what an article may be."""
    assert main(["stance", "explain", "nosuch.txt", "--watch", "acme-takeover-stance"]) == 2
    assert "is no file and no id of an article" in capsys.readouterr().err


def test_the_filter_still_takes_files(capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that is called like a command, by its path."""
    title, _, text = TEXT.partition("\n")
    Path("init").write_text(json.dumps({"title": title, "text": text, "language": "en"}) + "\n", encoding="utf-8")
    assert main(["stance", "./init", "--watch", "acme-takeover-stance"]) == 0
    assert "rejects" == json.loads(capsys.readouterr().out)["label"]
    assert main(["stance", "nosuch.jsonl"]) == 2


def test_every_reason_is_told_in_plain_words() -> None:
    """Every reason that a rule may give has its words."""
    source = ast.parse((ROOT / "streams/stance/rules.py").read_text("utf-8"))
    given = {
        constant.value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Left"
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert set() == given - set(REASONS)


@pytest.mark.parametrize("path", offered_files(), ids=lambda path: path.stem)
def test_a_watch_on_request_holds(path: Path) -> None:
    """The id is the name of its file, the linter is silent, and its id is enough to apply it."""
    file = read_watch_file(path)
    assert (path.stem, []) == (file.watch_id, file.warnings())
    assert [path.stem] == [each.watch_id for each in read_watch_files([Path(path.stem)])]


def test_the_recipe_holds() -> None:
    """The watch of docs/stance-watch.md is valid and reads its sentences as the page says."""
    page = (ROOT / "docs/stance-watch.md").read_text("utf-8")
    block = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert block is not None
    Path("doc.yaml").write_text(block[1], encoding="utf-8")
    file = read_watch_file(Path("doc.yaml"))
    watch = file.as_watch(1, "1970-01-01T00:00:00.000Z", "x")
    rows = [row for row in re.findall(r"^\| (.+) \| ([\w-]+) \|$", page, re.MULTILINE) if row[1] != "label"]
    assert ([], 10) == (file.warnings(), len(rows))
    assert rows == [(sentence, _label(watch, sentence)) for sentence, _ in rows]

"""Each stage as a filter: a line in, a line out, the same functions as the agents, no broker."""

from __future__ import annotations

import orjson

from tests.integration.rig import DEADLINE_S
from tests.integration.shell import ARTICLE, TEXT, WATCH, Shell, filtered, lines


def test_the_filters_are_the_whole_line_as_a_pipe(shell: Shell) -> None:
    """Raw article to mention; unknown fields come out as they went in, the raw id is source_id in all of it."""
    (cleaned,) = filtered(shell, "clean", given=lines(ARTICLE))
    assert (cleaned["desk"], cleaned["source_id"], cleaned["arrived_at"]) == (
        "foreign",
        "a-1",
        "2026-03-02T09:00:00.000Z",
    )
    (judged,) = filtered(shell, "dedupe", given=lines(cleaned))
    assert (judged["desk"], judged["dedupe"]["kind"]) == ("foreign", "original")
    (match,) = filtered(shell, "detect", "--watch", WATCH, given=lines(judged))
    assert (match["desk"], [entry["watch_id"] for entry in match["watches"]]) == ("foreign", [WATCH])
    (mention,) = filtered(shell, "stance", given=lines(match))
    assert (mention["source_id"], mention["watch_id"], mention["label"]) == ("a-1", WATCH, "conditional")


def test_stance_takes_articles_directly(shell: Shell) -> None:
    """Raw or cleaned, also where the query does not match: one mention for the given watch."""
    weather = {"id": "w", "text": "It will rain in the north on Tuesday. Take an umbrella, the service says."}
    (cleaned,) = filtered(shell, "clean", given=lines(ARTICLE))
    mentions = filtered(shell, "stance", "--watch", WATCH, given=lines(ARTICLE, cleaned, weather))
    assert [(mention["source_id"], mention["label"]) for mention in mentions] == [
        ("a-1", "conditional"),
        ("a-1", "conditional"),
        ("w", "none"),
    ]


def test_clean_and_dedupe_give_a_line_for_each_readable_line(shell: Shell) -> None:
    """A repeat is marked, not swallowed; a bad line is named with its place, its neighbours pass, the status is 1."""
    page = f"<html><head><title>Rain</title></head><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    given = lines(ARTICLE) + "no json\n" + lines(ARTICLE, {"id": "p", "html": page}) + '{"title": "only"}\n'
    (shell.folder / "in.jsonl").write_text(given)
    said = shell("clean", "in.jsonl", status=1)
    out, errors = said[: said.rindex("}\n") + 2], said[said.rindex("}\n") + 2 :]
    assert [line.partition(": ")[0] for line in errors.splitlines()] == ["in.jsonl:2", "in.jsonl:5"]
    cleaned = [orjson.loads(line) for line in out.splitlines()]
    assert [(each["source_id"], each.get("repeat")) for each in cleaned] == [("a-1", None), ("a-1", True), ("p", None)]
    judged = filtered(shell, "dedupe", given=out)
    assert [(each["source_id"], each.get("repeat")) for each in judged] == [("a-1", None), ("a-1", True), ("p", None)]
    assert judged[0]["dedupe"] == judged[1]["dedupe"]


def test_final_verdicts_know_the_whole_input(shell: Shell) -> None:
    """A copy before its original is a copy all the same; --streaming says what was known at the time."""
    text = " ".join(
        f"Sentence {number} of the report says what the council decided on item {number}." for number in range(40)
    )
    copy = {"id": "copy", "outlet": "b.example", "text": text, "published_at": "2026-03-02T12:00:00Z"}
    original = {"id": "original", "outlet": "a.example", "text": text, "published_at": "2026-03-02T09:00:00Z"}
    kinds = {
        streaming: [
            each["dedupe"]["kind"] for each in filtered(shell, "dedupe", *streaming, given=lines(copy, original))
        ]
        for streaming in ((), ("--streaming",))
    }
    assert kinds == {(): ["exact", "original"], ("--streaming",): ["original", "original"]}


def test_a_filter_answers_each_line_as_it_comes(shell: Shell) -> None:
    """Its reader need not wait for the end of the input."""
    clean = shell.start("clean")
    assert clean.stdin is not None and clean.stdout is not None  # noqa: PT018
    for number in range(3):
        clean.stdin.write(lines({**ARTICLE, "id": f"a-{number}"}))
        clean.stdin.flush()
        assert orjson.loads(clean.stdout.readline())["source_id"] == f"a-{number}"
    clean.stdin.close()
    assert clean.wait(timeout=DEADLINE_S) == 0


def test_the_same_input_gives_the_same_bytes(shell: Shell) -> None:
    """No clock and no order of a hash is in it."""
    outs = set()
    for seed in ("1", "2"):
        shell.environ["PYTHONHASHSEED"] = seed
        outs.add(shell("stance", given=lines(ARTICLE, {**ARTICLE, "published_at": None})))
    assert len(outs) == 1

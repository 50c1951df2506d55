"""``newsvane clean | dedupe | detect | stance``: every stage as a filter of JSON lines, without a broker.

Each takes the input record of its stage, and a raw article as well, which is then cleaned by itself (``lift.py``). A
line that can't be read is reported as ``file:line: reason``, the rest goes on, and the exit status is 1.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, cast

import typer

from schemas import encode, validate
from streams.clean.memory import load_versions
from streams.clean.step import hash_version
from streams.clean.step import step as clean_step
from streams.cli.filter_run import Filter, Source, write
from streams.cli.filter_watches import GivenWatches, given_watches
from streams.cli.lift import Record, arrived, as_clean, as_deduped, clean_alone
from streams.settings import read_settings

_SPOOL_BYTES = 256 << 20

Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", help="JSON lines, plain or .gz; - or none for standard input", show_default=False),
]
WatchOption = Annotated[
    list[str] | None,
    typer.Option(
        "--watch",
        metavar="FILE|ID",
        help="a watch file, or the id of a shipped watch; may be repeated; default: all shipped watches",
        show_default=False,
    ),
]


def clean(files: Files = None) -> None:
    """Clean raw articles: text out of pages, boilerplate marked, language, times, versions.

    One line for each readable line. The least is 'text' or 'html'; id, url, outlet, title, published_at and language
    are used where present, other fields come out as they went in. An article that came before comes out again with
    "repeat": true.
    """
    from streams.model.state import DictState

    run = Filter(read_settings(os.environ), "article-raw", files or [])
    state = DictState()

    def apply(record: Record, raw: Any, extraction: Any) -> Iterator[Record]:
        raw = arrived(raw, extraction)
        outputs = clean_step(raw, extraction, state).outputs
        for output in outputs:
            yield dict(output.record)  # type: ignore[union-attr]  # clean emits
        if not outputs:
            article = clean_alone(raw, extraction)
            versions = load_versions(state, article["outlet"], article["url_id"])
            same = hash_version(article)
            known = next((seen for seen in versions.seen if seen.text_hash == same), None) if versions else None
            yield {**article, "article_id": known.article_id if known else article["article_id"], "repeat": True}

    raise typer.Exit(run.each(apply))


def dedupe(
    files: Files = None,
    streaming: Annotated[
        bool, typer.Option("--streaming", help="give each article its verdict at once, by what came before it")
    ] = False,
) -> None:
    """Say of each article whether it is an original or a copy, and of which.

    One line for each readable line, in order, with the final verdicts over the whole input: the order of the lines
    does not decide. An article that came before has "repeat": true.
    """
    run = Filter(read_settings(os.environ), "article-clean", files or [])
    raise typer.Exit(_dedupe_streaming(run) if streaming else _dedupe_whole(run))


def _dedupe_streaming(run: Filter) -> int:
    from streams.dedupe.memory import Limits, Memory
    from streams.dedupe.step import step
    from streams.model.state import DictState
    from streams.model.step import Reissue

    state, memory = DictState(), Memory(Limits())
    ids: list[str] = []
    verdicts: dict[str, dict[str, Any]] = {}

    def apply(record: Record, raw: Any, extraction: Any) -> Iterator[Record]:
        article = as_clean(record, raw, extraction)
        article_id = article["article_id"]
        is_repeat = article_id in verdicts or "repeat" in article
        outputs = step(cast(Any, article), len(ids).to_bytes(8, "big"), state, memory).outputs
        ids.append(article_id)
        for output in outputs:
            if isinstance(output, Reissue):
                verdicts[ids[int.from_bytes(output.handle, "big")]] = output.patch["dedupe"]
            else:
                verdicts[article_id] = output.record["dedupe"]
        yield _judged(article, dict(verdicts[article_id]), is_repeat)

    return run.each(apply)


def _dedupe_whole(run: Filter) -> int:
    """Judge all, with the articles in a spool meanwhile, then write all."""
    import orjson

    from streams.dedupe.batch import judge

    with SpooledTemporaryFile(_SPOOL_BYTES) as spool:

        def articles() -> Iterator[Any]:
            for line, source in run.sources():
                for article in run.guard(line, _clean_one, source):
                    spool.write(encode(article) + b"\n")
                    yield article

        verdicts = judge(articles())
        spool.seek(0)
        for index, encoded in enumerate(spool):
            article, verdict = orjson.loads(encoded), dict(verdicts[index])
            is_repeat = bool(verdict.pop("repeat", False))
            write(encode(_judged(article, verdict, is_repeat)))
    return run.status


def _clean_one(source: Source) -> list[Record]:
    return [as_clean(*source)]


def _judged(article: Record, verdict: dict[str, Any], is_repeat: bool) -> Record:
    from streams.dedupe.step import RULES

    judged = {**article, "dedupe": verdict, "rules": {**article["rules"], "dedupe": RULES}}
    if is_repeat:
        judged["repeat"] = True
    return judged


def detect(files: Files = None, watch: WatchOption = None) -> None:
    """Find the articles that watches match; write each with its watches and highlights.

    An article that no watch matches is left out.
    """
    from streams.detect.step import MatcherBook, step

    watches = given_watches(watch)
    run = Filter(read_settings(os.environ), "article-deduped", files or [])
    matchers = MatcherBook(watches.book)

    def apply(record: Record, raw: Any, extraction: Any) -> Iterator[Record]:
        article = as_deduped(record, raw, extraction)
        for output in step(cast(Any, article), matchers).outputs:
            yield dict(output.record)  # type: ignore[union-attr]  # detect emits

    raise typer.Exit(run.each(apply))


def stance(files: Files = None, watch: WatchOption = None) -> None:
    """Read what each article says on a watch's question: holder, stance, condition, evidence, label.

    Takes matches. An article without matches is read for every watch given, also where its query does not match.
    'newsvane stance init' drafts a watch with a question; 'newsvane stance explain' tells why an article was read as
    it was. A file of such a name is given as ./init.
    """
    from streams.stance.step import step

    watches = given_watches(watch)
    run = Filter(read_settings(os.environ), "match", files or [])

    def apply(record: Record, raw: Any, extraction: Any) -> Iterator[Record]:
        match = _as_match(record, raw, extraction, watches)
        if match["watches"]:
            for output in step(cast(Any, match), watches.book).outputs:
                yield dict(output.record)  # type: ignore[union-attr]  # stance emits

    raise typer.Exit(run.each(apply))


def _as_match(record: Record, raw: Any, extraction: Any, watches: GivenWatches) -> Record:
    if raw is None and "watches" in record:
        validate("match", record)
        return {**record, "watches": watches.choose(record["watches"])}
    return watches.match_all(as_deduped(record, raw, extraction))

"""``python -m tests.benchmarks [NAME…] [--quick] [--json FILE] [--docs FILE]``: measure, print, write."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from tests.benchmarks.data import DataMissing
from tests.benchmarks.deliver import measure_deliver
from tests.benchmarks.engine import measure_engine
from tests.benchmarks.latency import measure_latency
from tests.benchmarks.line import measure_line, measure_pages
from tests.benchmarks.measure import machine
from tests.benchmarks.replay import measure_replay
from tests.benchmarks.report import Section, as_json, render
from tests.benchmarks.rig import Bench
from tests.benchmarks.stages import measure_stages
from tests.benchmarks.startup import measure_start
from tests.benchmarks.store import measure_store
from tests.benchmarks.web import measure_web

PARTS: dict[str, Callable[[Bench], Section | list[Section]]] = {
    "engine": measure_engine,
    "stages": measure_stages,
    "line": measure_line,
    "pages": measure_pages,
    "latency": measure_latency,
    "replay": measure_replay,
    "deliver": measure_deliver,
    "start": measure_start,
    "web": measure_web,
    "store": measure_store,
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Print the speed figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; all without one")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run? The figures mean little")
    parser.add_argument("--sqlite", action="store_true", help="leave Kafka out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures for machines as well")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put what was printed into this page")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(PARTS))
    if unknown:
        parser.error(f"unknown name '{unknown[0]}'; expected some of {', '.join(PARTS)}")
    where = {**machine(), "python": platform.python_version(), "load": os.getloadavg()[0], "quick": options.quick}
    printed = [
        f"{where['cpu']}, {where['cores']} cores, {where['system']}, Python {where['python']}, "
        f"load {where['load']:.1f}{', quick' if options.quick else ''}"
    ]
    print(printed[0], flush=True)
    sections = []
    with Bench(options.quick, kafka=not options.sqlite) as bench:
        for name in options.names or PARTS:
            for section in _measure(name, bench):
                sections.append(section)
                printed.append(render(section))
                print(f"\n{printed[-1]}", flush=True)
    if options.json:
        document = {"machine": where, "sections": [as_json(section) for section in sections]}
        options.json.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    if options.docs:
        options.docs.write_text(with_figures(options.docs.read_text(encoding="utf-8"), printed), encoding="utf-8")


def with_figures(page: str, printed: Sequence[str]) -> str:
    """The page with the text of its first fenced ``text`` block replaced. Raises ValueError for a page without one."""
    before, opening, rest = page.partition("```text\n")
    _, closing, after = rest.partition("```")
    if not opening or not closing:
        raise ValueError(
            "the page has no fenced block of text to put the figures into; expected one that begins ```text"
        )
    return "".join([before, opening, "\n\n".join(printed), "\n", closing, after])


def _measure(name: str, bench: Bench) -> list[Section]:
    try:
        measured = PARTS[name](bench)
    except DataMissing as missing:
        return [Section(name, [], [f"skipped: {missing}"])]
    return measured if isinstance(measured, list) else [measured]


if __name__ == "__main__":
    main()

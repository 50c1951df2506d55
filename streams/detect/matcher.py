"""Which watches match an article, and where: thousands of stored queries at once.

Order of the rules: the article is folded once; one automaton looks for what the queries cannot match without (the
presearcher: ``Program.needed``); the watches that it leaves are checked for scope, then run exactly, with positions;
a match gets its highlights. So the cost grows with what matches and hardly with the number of watches. Queries that
need no word (outlets, languages) are found by the article's own outlet and language.

A watch whose query does not parse is left out and kept in ``broken``; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import Any, cast

from ahocorasick_rs import BytesAhoCorasick

from streams.detect.fold import FOLDINGS, TokenRule
from streams.detect.program import Program, Words, compile_query
from streams.detect.surface import Surface
from streams.errors import QueryError
from streams.model.records import Highlight, WatchMatch
from streams.model.watch import Scope, Watch
from streams.query.syntax import parse

RULES = "1"
MAX_HIGHLIGHTS = 50
Compiled = dict[tuple[str, str], Program]
"""Programs by (query, rule of folding): what a new version of one watch need not compile again."""


class Matcher:
    """The watches that count for an article, ready to run. ``tokens`` is for watches that don't say themselves."""

    def __init__(self, watches: Sequence[Watch], tokens: TokenRule = "words", compiled: Compiled | None = None) -> None:
        self.broken: dict[str, QueryError] = {}
        compiled = {} if compiled is None else compiled
        by_rule: dict[str, list[tuple[Watch, Program]]] = {}
        for watch in sorted(watches, key=lambda watch: watch["watch_id"]):
            rule = token_rule(watch, tokens)
            program = compiled.get((watch["query"], rule))
            if program is None:
                try:
                    program = compile_query(parse(watch["query"]), FOLDINGS[rule])
                except QueryError as error:
                    self.broken[watch["watch_id"]] = error
                    continue
                compiled[watch["query"], rule] = program
            by_rule.setdefault(rule, []).append((watch, program))
        self._groups = [_Group(rule, pairs) for rule, pairs in sorted(by_rule.items())]

    def match(self, article: Mapping[str, Any]) -> list[WatchMatch]:
        """The watches that match, by watch id, each with its highlights in the order of the document."""
        matches = [match for group in self._groups for match in group.match(article)]
        if len(self._groups) > 1:
            matches.sort(key=lambda match: match["watch_id"])
        return matches


def token_rule(watch: Watch, default: TokenRule = "words") -> TokenRule:
    """The rule of folding that a watch asks for."""
    return "plain" if cast(Mapping[str, Any], watch).get("tokens", default) == "plain" else "words"


def scope_misses(scope: Scope, article: Mapping[str, Any]) -> list[str]:
    """Why the article is out of scope: one phrase for each limit that it misses; empty if it is in scope."""
    misses = []
    language = article["language"]
    if scope["languages"] and language not in scope["languages"] and language.split("-")[0] not in scope["languages"]:
        misses.append(f"language {language} is not one of {', '.join(scope['languages'])}")
    if scope["outlets"] and article["outlet"] not in scope["outlets"]:
        misses.append(f"outlet {article['outlet']} is not one of {', '.join(scope['outlets'])}")
    if scope["countries"] and article.get("country") not in scope["countries"]:
        misses.append(f"country {article.get('country') or 'unknown'} is not one of {', '.join(scope['countries'])}")
    return misses


def highlight(program: Program, surface: Surface) -> list[Highlight]:
    """Where a program that holds found its words: at most 50, in the order of the document, none twice."""
    chosen = nsmallest(MAX_HIGHLIGHTS, {(found.start, found.end): found for found in program.found(surface)}.values())
    highlights: list[Highlight] = []
    for found in chosen:
        field, start, end = surface.locate(found)
        highlights.append({"field": field, "start": start, "end": end, "term": found.term})
    return highlights


class _Group:
    """The watches under one rule of folding."""

    def __init__(self, rule: str, pairs: list[tuple[Watch, Program]]) -> None:
        self._folding = FOLDINGS[rule]
        self._watches = [watch for watch, _ in pairs]
        self._programs = [program for _, program in pairs]
        self._is_settled = [
            isinstance(program, Words) and not program.title_only for program in self._programs
        ]  # its need is the query itself: found by the automaton, it holds
        self._is_scoped = [any(watch["scope"].values()) for watch in self._watches]
        self._always: list[int] = []
        self._by_meta: dict[tuple[str, str], list[int]] = {}
        by_text: dict[str, list[int]] = {}
        for index, program in enumerate(self._programs):
            needs = program.needed()
            if needs is None:
                self._always.append(index)
            for need in needs or ():
                owners = by_text.setdefault(need.value, []) if need.kind == "text" else None
                (self._by_meta.setdefault((need.kind, need.value), []) if owners is None else owners).append(index)
        self._pieces = list(by_text)
        self._owners = by_text
        self._automaton = BytesAhoCorasick([piece.encode("utf-8", "surrogatepass") for piece in by_text])

    def match(self, article: Mapping[str, Any]) -> list[WatchMatch]:
        surface = Surface(article, self._folding)
        text = surface.joined.encode("utf-8", "surrogatepass")
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        surface.asked = self._owners
        surface.present = present = {self._pieces[index] for index, _, _ in hits}
        candidates = set(self._always)
        for piece in present:
            candidates.update(self._owners[piece])
        if self._by_meta:
            language, outlet = surface.language.casefold(), surface.outlet.casefold()
            for key in (("lang", language), ("lang", language.split("-")[0]), ("outlet", outlet)):
                candidates.update(self._by_meta.get(key, ()))
        matches: list[WatchMatch] = []
        for index in sorted(candidates):
            watch = self._watches[index]
            if self._is_scoped[index] and scope_misses(watch["scope"], article):
                continue
            program = self._programs[index]
            if self._is_settled[index] or program.test(surface):
                matches.append(
                    {
                        "watch_id": watch["watch_id"],
                        "watch_version": watch["version"],
                        "highlights": highlight(program, surface),
                    }
                )
        return matches

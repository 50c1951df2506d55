"""Is there such a watch, and which one was meant?"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from streams.model.watch import Watch
from streams.web.books import Books
from streams.web.context import Web
from streams.web.problems import Problem, one_field

_T = TypeVar("_T")


def look(web: Web, read: Callable[[Books], _T]) -> _T:
    """Ask watches and board as of now. Nobody changes them meanwhile: what is read must not be looked into later."""
    with web.log() as log:
        return read(web.books.catch_up(log))


def check_watches(web: Web, watch_ids: Iterable[str]) -> None:
    """Raises Problem for the first that is not there."""
    wanted = list(watch_ids)
    if not wanted:
        return
    known = look(web, lambda books: books.watches.ids())
    for watch_id in wanted:
        if watch_id not in known:
            raise unknown_watch(watch_id, known, "watch")


def find_watch(web: Web, watch_id: str) -> Watch:
    """Its latest version. Raises Problem."""

    def read(books: Books) -> Watch:
        found = books.watches.latest(watch_id)
        if found is None:
            raise unknown_watch(watch_id, books.watches.ids(), "watch_id")
        return found

    return look(web, read)


def unknown_watch(watch_id: str, known: Sequence[str], field: str) -> Problem:
    near = difflib.get_close_matches(watch_id[:128], known, n=1)
    remedy = f"did you mean {near[0]}?" if near else "/v1/watches lists them"
    return one_field("unknown-watch", field, watch_id, "the id of a watch that is there", remedy)

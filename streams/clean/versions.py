"""What changed between two versions of a text?

Lines that both begin or end with are set aside; the rest is compared by the line, and where one passage of lines
stands for another, by the word. Each change says what stood there before, so the old text can be made of the new one.

Limits: the comparison has a budget of pairs of equal lines or words; what would cost more is one change as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from streams.model.records import Change, Diff

MAX_LINES = 300
MAX_WORDS = 400
MAX_PAIRS = 3000
MAX_PASSAGES = 20
"""Passages of lines that are compared by the word; the others are replaced as a whole."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")


def diff_versions(old: str, new: str, previous_id: str) -> Diff:
    """Say how ``new`` came out of ``old``; ``added`` and ``removed`` count words.

    >>> diff_versions("He may join.\\nEnd.", "He will join.\\nEnd.", "a1")["changes"]
    [{'start': 3, 'end': 7, 'old': 'may'}]
    """
    changes: list[Change] = []
    passages = 0
    for old_at, old_end, new_at, new_end in _blocks(old, new, _lines(old), _lines(new), MAX_LINES):
        passages += 1
        before, after = old[old_at:old_end], new[new_at:new_end]
        if passages > MAX_PASSAGES or not before or not after or len(before) + len(after) > 20 * MAX_WORDS:
            changes.append({"start": new_at, "end": new_end, "old": before})
            continue
        for at, end, start, stop in _blocks(before, after, _tokens(before), _tokens(after), MAX_WORDS):
            changes.append({"start": new_at + start, "end": new_at + stop, "old": before[at:end]})
    return {
        "previous_id": previous_id,
        "added": sum(len(_WORD.findall(new, change["start"], change["end"])) for change in changes),
        "removed": sum(len(_WORD.findall(change["old"])) for change in changes),
        "changes": changes,
    }


def undo(new: str, diff: Diff) -> str:
    """Return the previous text."""
    parts: list[str] = []
    at = 0
    for change in diff["changes"]:
        parts += (new[at : change["start"]], change["old"])
        at = change["end"]
    return "".join((*parts, new[at:]))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _tokens(text: str) -> list[str]:
    return _WORDS.findall(text)


def _blocks(
    old: str, new: str, old_parts: list[str], new_parts: list[str], limit: int
) -> list[tuple[int, int, int, int]]:
    """The changed passages as offsets (old start and end, new start and end), in order."""
    head = 0
    shortest = min(len(old_parts), len(new_parts))
    while head < shortest and old_parts[head] == new_parts[head]:
        head += 1
    tail = 0
    while tail < shortest - head and old_parts[-1 - tail] == new_parts[-1 - tail]:
        tail += 1
    old_middle, new_middle = old_parts[head : len(old_parts) - tail], new_parts[head : len(new_parts) - tail]
    at = sum(map(len, old_parts[:head]))
    if not old_middle and not new_middle:
        return []
    if not _is_affordable(old_middle, new_middle, limit):
        after = sum(map(len, old_parts[len(old_parts) - tail :]))
        return [(at, len(old) - after, at, len(new) - after)]
    old_ends, new_ends = _ends(at, old_middle), _ends(at, new_middle)
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return [
        (old_ends[i1], old_ends[i2], new_ends[j1], new_ends[j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _is_affordable(old: Sequence[str], new: Sequence[str], limit: int) -> bool:
    if len(old) > limit or len(new) > limit:
        return False
    counts = Counter(new)
    return sum(count * counts[part] for part, count in Counter(old).items()) <= MAX_PAIRS


def _ends(at: int, parts: Sequence[str]) -> list[int]:
    ends = [at]
    for part in parts:
        ends.append(ends[-1] + len(part))
    return ends

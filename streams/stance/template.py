"""A first draft of a watch that asks a question: valid YAML with its own explanation, for its author to go on from.

Pure text: ``newsvane stance init`` asks for what stands here as parameters. The words of the action are the common
ones of each language for agreeing and refusing; docs/stance-watch.md tells what to put in their place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from streams.stance.axis import READABLE

_ACTIONS = {
    "en": "accept*, agree*, approve*, back, backs, backed, support*, sign, signs, signed, join, joins, joined",
    "ru": "приня*, прим*, соглас*, одобр*, поддерж*, подпи*, присоедин*",
    "pl": "przyj*, zgodz*, zgadza*, zaakcept*, popr*, poparł*, podpis*, przyłącz*",
}
_AVOIDS = {
    "en": "reject*, oppose*, veto*, block*, turn* down",
    "ru": "отверг*, отклон*, заблокир*, наложит вето",
    "pl": "odrzuc*, zablok*, zawet*",
}
_TALKS = {
    "en": "in talks, held talks, negotiat*",
    "ru": "переговор*",
    "pl": "rozmowy, negocj*",
}
_WIDTH = 118


def slug(text: str) -> str:
    """Letters, digits and hyphens for an id.

    >>> slug("Will Acme's board accept?")
    'will-acme-s-board-accept'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "watch"


def draft_watch(
    question: str,
    holders: Sequence[str],
    target: Sequence[str],
    languages: Sequence[str],
    actions: Sequence[str] = (),
    watch_id: str = "",
) -> str:
    """The YAML of a watch. ``target``: words for what the action is done to; ``actions``: words for the action, else
    common ones of each language."""
    known = [code for code in languages if code in READABLE]
    return "\n".join(_lines(question, holders, target, known, actions, watch_id or slug(question))) + "\n"


def _lines(
    question: str,
    holders: Sequence[str],
    target: Sequence[str],
    languages: Sequence[str],
    actions: Sequence[str],
    watch_id: str,
) -> Iterator[str]:
    yield f"# {question}"
    yield "# A draft: go through it from top to bottom; docs/stance-watch.md tells how, step by step."
    yield "# Patterns are rows of words: 'stem*' is any word with that beginning, '..' up to two words, '...' up to 8."
    yield f"id: {watch_id if len(watch_id) > 1 else 'watch-' + watch_id}"
    yield f"title: {_quoted(question.rstrip('?'))}"
    yield f"question: {_quoted(question)}"
    yield "owner: local"
    yield ""
    yield "# Which articles to look at at all: the holders AND what it is about, in every language (docs/queries.md)."
    yield "query: >-"
    yield f"  ({_any(word for name in holders for word in _names(name))})"
    yield f"  AND ({_any(word.lower() for word in target)})"
    yield "scope: {languages: [], outlets: [], countries: []}"
    yield ""
    yield "stance:"
    yield f"  languages: [{', '.join(languages)}]"
    yield ""
    yield "  # The labels from the near end to the far one; rename the ids, keep each role once."
    yield "  axis:"
    for label, role in (
        ("refuses", "negative"),
        ("conditional", "conditional"),
        ("negotiates", "preparation"),
        ("agrees", "positive"),
    ):
        yield f"    - {{id: {label}, role: {role}}}"
    yield ""
    yield "  # Whose words count. authority: state (decides), official (an organ of it), other (anyone else on file)."
    yield "  # pronoun: he, she, it or they. Add every name and title; descriptions are 'the minister', 'the board'."
    yield "  holders:"
    taken: set[str] = set()
    for place, name in enumerate(holders):
        holder_id = slug(name)
        while holder_id in taken:
            holder_id += "-2"
        taken.add(holder_id)
        yield f"    - id: {holder_id}"
        yield f"      name: {_quoted(name)}"
        yield "      role: say in a few words who they are"
        yield f"      authority: {'state' if place == 0 else 'official'}"
        yield "      pronoun: it"
        yield "      aliases:"
        for code in languages:
            yield from _row(8, code, ", ".join(_quoted(word) for word in _names(name)))
        yield f"      descriptions: {{{', '.join(f'{code}: []' for code in languages)}}}"
    yield ""
    yield "  # Who else speaks and acts in these articles: people can be meant by 'he', sides cannot."
    yield "  others:"
    yield f"    people: {{{', '.join(f'{code}: []' for code in languages)}}}"
    yield f"    sides: {{{', '.join(f'{code}: []' for code in languages)}}}"
    yield ""
    yield "  # The action: whose (own), to what (target), in which words."
    yield "  proposition:"
    yield "    own:"
    for code in languages:
        yield from _row(6, code, ", ".join(_quoted(word) for name in holders for word in _names(name)))
    yield "    target:"
    for code in languages:
        yield from _row(6, code, ", ".join(_quoted(word.lower()) for word in target))
    yield "    # needs: nothing (the words say it all), target (one must stand in the sentence), force (own forces as"
    yield "    # well), voice (nothing, but only in a holder's own words)"
    yield "    actions:"
    yield "      - needs: target"
    for code in languages:
        yield from _row(8, code, ", ".join(_quoted(word.lower()) for word in actions) or _ACTIONS[code])
    yield "    # Words for the opposite. A negation turns them round; 'not', 'refuse' and 'if' are known."
    yield "    avoids:"
    yield "      - needs: target"
    for code in languages:
        yield from _row(8, code, _AVOIDS[code])
    yield ""
    yield "  # Deeds that bear on the question, and the label that they stand for."
    yield "  acts:"
    yield "    - stance: negotiates"
    for code in languages:
        yield from _row(6, code, _TALKS[code])
    yield ""
    yield "  # What conditions wait for, such as {id: money, en: [money, pay*, fund*]}; the first that fits names it."
    yield "  triggers: []"
    yield ""
    yield "  # Other senses of these words: what stands here is not about the question."
    yield f"  excluded: {{{', '.join(f'{code}: []' for code in languages)}}}"
    yield ""
    yield "alerts:"
    yield "  first_mention: statement"
    yield "  stance_change: true"
    yield "  story_days: 3"
    yield "  severity: {agrees: warning, refuses: warning, conditional: notice, negotiates: notice, default: notice}"


def _names(name: str) -> list[str]:
    """The name, and its last word where that is a surname and no word for a body."""
    whole = " ".join(name.lower().split())
    words = whole.split()
    is_person = len(words) == 2 and all(word[:1].isupper() for word in name.split())
    return [words[-1]] if is_person else [whole]


def _any(words: Iterator[str]) -> str:
    distinct = dict.fromkeys(words)
    return " OR ".join(f'"{word}"' if re.search(r"[^\w*]", word) else word for word in distinct)


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _row(indent: int, code: str, words: str) -> Iterator[str]:
    """A line of patterns, wrapped."""
    line = " " * indent + f"{code}: ["
    for piece in (words + "]").split(" "):
        if len(line) + len(piece) > _WIDTH:
            yield line.rstrip()
            line = " " * (indent + 5)
        line += piece + " "
    yield line.rstrip()

"""Read a watch as people write it, in YAML, and make a record of it.

    id: acme-takeover            # letters, digits, hyphens; 2 to 80
    title: Takeover of Acme
    question: Will Acme be taken over?          # optional
    owner: desk                                 # optional
    query: acme AND (takeover OR "hostile bid")
    tokens: words                               # or plain
    scope: {languages: [en], outlets: [], countries: []}
    stance: {…}                                 # optional; checked by the stage that reads it
    alerts: {first_mention: any, stance_change: false, story_days: 5, severity: {default: notice}}

Strict: an unknown key, a repeated key, an alias, a tag, a wrong type or a query that does not parse is a UsageError
that names file and line. Files above 256 kB are refused before they are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, NoReturn, cast

import yaml

from streams.errors import QueryError, UsageError
from streams.model.watch import AlertRules, Scope, Watch
from streams.query.syntax import parse

MAX_BYTES = 256 * 1024
MAX_DEPTH = 30
DEFAULT_OWNER = "local"
Definition = dict[str, Any]
"""A Watch without version, effective_from, status, changed_by and change_reason."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is
_ID = re.compile(r"[a-z0-9-]{2,80}")
_KEYS: Final = ("id", "title", "question", "owner", "query", "tokens", "scope", "stance", "alerts")
_SCOPE: Final = ("languages", "outlets", "countries")
_ALERTS: Final = ("first_mention", "stance_change", "story_days", "severity")
_FIRST: Final = ("statement", "assessed", "any", "never")
_SEVERITIES: Final = ("notice", "warning", "critical")


def read_watch(yaml_text: str, name: str) -> Definition:
    """Read and check one watch file; ``name`` is the file's, for messages. Raises UsageError."""
    return _Reader(name).read(yaml_text)


def to_watch(
    definition: Definition, version: int, effective_from: str, changed_by: str, reason: str | None = None
) -> Watch:
    """Make the record of an active version."""
    record = {
        **definition,
        "version": version,
        "effective_from": effective_from,
        "status": "active",
        "changed_by": changed_by,
        "change_reason": reason,
    }
    return cast(Watch, record)


def _in_plain_words(text: str, error: yaml.MarkedYAMLError) -> yaml.MarkedYAMLError:
    """The same error as the parser written in Python tells it, which is clearer, and the same on every machine."""
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as plain:
        return plain
    return error


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[tuple[str, ...], int] = {}

    def read(self, text: str) -> Definition:
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            self._refuse((), f"the file is larger than {MAX_BYTES} bytes")
        try:
            self._check_events(text)
            root = yaml.compose(text, Loader=_LOADER)
            if root is not None:
                self._note_lines(root, ())
            value = yaml.load(text, Loader=_LOADER)  # noqa: S506  # it is a safe loader
        except yaml.MarkedYAMLError as found:
            error = _in_plain_words(text, found)
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._refuse_at(line, f"not YAML: {error.problem or error.context}")
        except (yaml.YAMLError, ValueError) as error:
            self._refuse((), f"not YAML: {str(error).splitlines()[0]}")
        if not isinstance(value, dict):
            self._refuse((), "expected a mapping with at least id, title and query")
        return self._definition(value)

    def _check_events(self, text: str) -> None:
        """Refuse what a watch does not need and an attacker does: aliases, tags, deep nesting, several documents."""
        depth = documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                self._refuse_at(line, "YAML aliases are not read; write the value out")
            if getattr(event, "tag", None):
                self._refuse_at(line, "YAML tags are not read; write a plain value")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    self._refuse_at(line, f"nested deeper than {MAX_DEPTH}")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse_at(line, "a second document; one watch a file")

    def _note_lines(self, node: yaml.Node, path: tuple[str, ...]) -> None:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*path, str(key.value))
                if inner in self._lines:
                    self._refuse_at(key.start_mark.line + 1, f"key '{key.value}' is there twice")
                self._lines[inner] = key.start_mark.line + 1
                self._note_lines(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._note_lines(value, (*path, str(index)))

    def _definition(self, value: Mapping[Any, Any]) -> Definition:
        self._check_keys(value, _KEYS, ())
        for key in ("id", "title", "query"):
            if key not in value:
                self._refuse((), f"'{key}' is missing")
        watch_id = self._text(value, "id")
        if not _ID.fullmatch(watch_id):
            self._refuse(("id",), f"id '{watch_id}' is not 2 to 80 of a-z, 0-9 and '-'")
        query = self._text(value, "query").strip()
        try:
            parse(query)
        except QueryError as error:
            self._refuse(("query",), f"watch '{watch_id}': {error}")
        stance = value.get("stance")
        if stance is not None and not isinstance(stance, dict):
            self._refuse(("stance",), "'stance' is not a mapping")
        definition: Definition = {
            "watch_id": watch_id,
            "title": self._text(value, "title"),
            "question": self._text(value, "question") if value.get("question") is not None else None,
            "owner": self._text(value, "owner") if value.get("owner") is not None else DEFAULT_OWNER,
            "query": query,
            "scope": self._scope(value.get("scope")),
            "stance": stance,
            "alerts": self._alerts(value.get("alerts"), stance is not None),
        }
        tokens = self._choice(value, ("tokens",), ("words", "plain"), "words")
        return {**definition, "tokens": tokens} if tokens != "words" else definition

    def _scope(self, value: Any) -> Scope:
        block = self._block(value, "scope", _SCOPE)
        found: dict[str, list[str]] = {}
        for key in _SCOPE:
            items = block.get(key)
            items = [] if items is None else items
            if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
                hint = " (put quotes around 'no': YAML reads it as false)" if key != "outlets" else ""
                self._refuse(("scope", key), f"'scope.{key}' is not a list of texts{hint}")
            found[key] = items
        return {"languages": found["languages"], "outlets": found["outlets"], "countries": found["countries"]}

    def _alerts(self, value: Any, has_stance: bool) -> AlertRules:
        block = self._block(value, "alerts", _ALERTS)
        change = block.get("stance_change", has_stance)
        if not isinstance(change, bool):
            self._refuse(("alerts", "stance_change"), f"'alerts.stance_change' is {change!r}; expected true or false")
        days = block.get("story_days", 5)
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 365:
            self._refuse(("alerts", "story_days"), f"'alerts.story_days' is {days!r}; expected 1 to 365")
        severity = block.get("severity", {})
        if not isinstance(severity, dict) or not all(isinstance(label, str) for label in severity):
            self._refuse(("alerts", "severity"), "'alerts.severity' is not a mapping of labels")
        levels = {label: self._choice(severity, ("alerts", "severity", label), _SEVERITIES, "") for label in severity}
        first = self._choice(block, ("alerts", "first_mention"), _FIRST, "statement" if has_stance else "any")
        return cast(
            AlertRules,
            {
                "first_mention": first,
                "stance_change": change,
                "story_days": days,
                "severity": {"default": "notice", **levels},
            },
        )

    def _block(self, value: Any, key: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._refuse((key,), f"'{key}' is not a mapping")
        self._check_keys(value, keys, (key,))
        return value

    def _check_keys(self, value: Mapping[Any, Any], known: tuple[str, ...], path: tuple[str, ...]) -> None:
        for key in value:
            if key not in known:
                close = get_close_matches(str(key), known, 1, 0.6)
                hint = f"did you mean '{close[0]}'" if close else f"known are {', '.join(known)}"
                self._refuse((*path, str(key)), f"unknown key '{'.'.join((*path, str(key)))}'; {hint}")

    def _text(self, value: Mapping[Any, Any], key: str) -> str:
        text = value[key]
        if not isinstance(text, str) or not text.strip():
            self._refuse((key,), f"'{key}' is {text!r}; expected a text (put it between quotes)")
        return text

    def _choice(self, value: Mapping[Any, Any], path: tuple[str, ...], choices: tuple[str, ...], default: str) -> str:
        chosen = value.get(path[-1], default)
        if chosen not in choices:
            self._refuse(path, f"'{'.'.join(path)}' is {chosen!r}; expected one of {', '.join(choices)}")
        return str(chosen)

    def _refuse(self, path: tuple[str, ...], message: str) -> NoReturn:
        while path and path not in self._lines:
            path = path[:-1]
        self._refuse_at(self._lines.get(path, 1), message)

    def _refuse_at(self, line: int, message: str) -> NoReturn:
        raise UsageError(f"{self._name}:{line}: {message}")

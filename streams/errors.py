"""Every error that Newsvane raises on purpose.

    NewsvaneError                 one line for a person, exit status 1
    ├── UsageError                a command was called wrongly, exit status 2
    │   ├── WrongFilter           a filter of a list; it carries field, value and what was expected
    │   ├── WrongCursor           a cursor that no list of this kind has given
    │   └── RefusedChange         what somebody wants to write down; it carries field, value, expectation and remedy
    ├── SettingError              a setting is unknown or out of range, exit status 2
    ├── RefusedInput              ingest will not take this input; it names file, line and reason
    ├── InvalidRecord             a record that can never be processed; it becomes a dead letter
    │   └── QueryError            a query that does not parse; it carries line, column and a hint
    └── InfrastructureError       the world is broken (disk, broker, lock); the worker stops and resumes later
        ├── BrokerUnavailable
        ├── DiskFull
        ├── TopicMissing
        ├── WorkerLocked          a second worker on the same embedded log
        └── StoreBroken           the read model can't be read or written, or is of another version

A message says what happened, the value, what was expected and what to do, in one or two lines, lower case; it names
ids and coordinates and never a payload or a secret. A programmer's mistake is not in this tree.
"""

from __future__ import annotations


class NewsvaneError(Exception):
    """One line that a person can act on."""

    exit_status = 1


class UsageError(NewsvaneError):
    """A command was called wrongly."""

    exit_status = 2


class WrongFilter(UsageError):
    """A filter of a list that can't be meant. ``field`` is its name in ``streams.store.paging.Filters``."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field} {value!r:.80} can't be used; expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class WrongCursor(UsageError):
    """A cursor that no list of this kind has given."""


class RefusedChange(UsageError):
    """A subscription, silence, acknowledgement or feedback that can't be. ``field`` is its place in the record.

    ``value`` is None where it may be a secret: then it is shown nowhere.
    """

    def __init__(self, field: str, value: object, expected: str, remedy: str) -> None:
        shown = "is refused and not shown" if value is None else f"{value!r:.80} can't be taken"
        super().__init__(f"{field} {shown}; expected {expected}; {remedy}")
        self.field = field
        self.value = value
        self.expected = expected
        self.remedy = remedy


class SettingError(NewsvaneError):
    """A setting is unknown, malformed or out of range."""

    exit_status = 2


class RefusedInput(NewsvaneError):
    """Ingest does not take this input; ``reason`` is a short code for counting, the message is for a person."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class InvalidRecord(NewsvaneError):
    """A record that can never be processed, however often it is tried: it goes to the dead letters.

    ``reason`` is a short code (``not-json``, ``schema``, ``too-large`` …), ``field`` the JSON pointer of the culprit.
    """

    def __init__(self, reason: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field


class QueryError(InvalidRecord):
    """A query that does not parse. ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int, column: int, hint: str | None = None) -> None:
        text = f"query error at line {line}, column {column}: {message}"
        super().__init__("query", f"{text}; {hint}" if hint else text, "/query")
        self.line = line
        self.column = column
        self.hint = hint


class InfrastructureError(NewsvaneError):
    """The world around us is broken: nothing is acknowledged, the worker stops and resumes from its last commit."""


class BrokerUnavailable(InfrastructureError):
    """The broker does not answer."""


class DiskFull(InfrastructureError):
    """The log or the state cannot grow."""


class TopicMissing(InfrastructureError):
    """A declared topic does not exist on this log."""


class WorkerLocked(InfrastructureError):
    """Another worker process holds the embedded log."""


class StoreBroken(InfrastructureError):
    """The read model can't be read or written, or another version of Newsvane made it."""

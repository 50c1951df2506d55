"""Watches change by HTTP: made, changed, switched off, with what the linter says of their queries.

A definition is what a watch file holds, as JSON or YAML, checked by the same reader. An existing watch is changed only
by who has read its present version (``If-Match``); an unchanged definition makes no version. A version counts for
articles that arrive half a second later, like one by ``newsvane watch apply``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final, cast

import yaml
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from schemas import encode, topic_of, validate
from streams.errors import InvalidRecord, QueryError, UsageError
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord
from streams.log.sqlite import SqliteLog
from streams.model.times import epoch_ms, format_utc_ms, parse_utc
from streams.model.watch import Watch, WatchBook
from streams.query.lint import lint
from streams.query.watch_file import Definition, read_watch, to_watch
from streams.stance.axis import axis_of
from streams.web.access import Caller, require
from streams.web.answers import answer, matches
from streams.web.bodies import Body, check_type, parse_json, read_bytes, read_json
from streams.web.context import Web, web_of
from streams.web.parameters import Parameter, parse
from streams.web.problems import FieldError, Problem, one_field
from streams.web.things import etag_of_version
from streams.web.watch_hint import unknown_watch

router = APIRouter()
AHEAD: Final = timedelta(milliseconds=500)
YAML: Final = ("application/yaml", "application/x-yaml", "text/yaml")
REASON: Final = Parameter("reason", "Why, for the history.")
_MAX_BYTES: Final = 256 << 10
_VERSIONED: Final = ("version", "effective_from", "status", "changed_by", "change_reason", "history_from")
_PLACE: Final = re.compile(r"(?:body:\d+(?::\d+)?: )?(?:watch '[^']{1,128}': )?")
_FIELD: Final = re.compile(r"(?:unknown key |key )?(?:'([\w.-]+)'|(id)\b)")

QUERY: Final = Body(
    "Query",
    {"query": {"type": "string", "minLength": 1, "maxLength": 200_000, "description": "In the query language."}},
    ("query",),
    "A query to look at.",
)


@router.post("/v1/watches/lint", name="lint_query")
async def lint_query(request: Request) -> Response:
    """Does a query parse, and does it mean what its author wants? Nothing is written."""
    await run_in_threadpool(require, request, "read")
    parse(request.query_params, ())
    query = QUERY.check(await read_json(request))["query"]
    try:
        warnings = [
            {"line": each.line, "column": each.column, "code": each.code, "message": each.message}
            for each in await run_in_threadpool(lint, query)
        ]
    except QueryError as error:
        found = {"line": error.line, "column": error.column, "message": str(error), "hint": error.hint}
        return answer(request, {"valid": False, "error": found, "warnings": []}, headers={"Cache-Control": "no-store"})
    return answer(request, {"valid": True, "error": None, "warnings": warnings}, headers={"Cache-Control": "no-store"})


@router.post("/v1/watches", name="create_watch")
async def create_watch(request: Request) -> Response:
    """A new watch. Its definition is that of a watch file, with its id."""
    caller = await run_in_threadpool(require, request, "manage")
    reason = parse(request.query_params, (REASON,))["reason"]
    definition = await _read_definition(request, None)
    return await run_in_threadpool(_put, request, caller, definition, reason, is_new=True)


@router.put("/v1/watches/{watch_id}", name="put_watch")
async def put_watch(request: Request) -> Response:
    """Change a watch, or make it. A change needs If-Match with the ETag of the present version."""
    caller = await run_in_threadpool(require, request, "manage")
    reason = parse(request.query_params, (REASON,))["reason"]
    definition = await _read_definition(request, request.path_params["watch_id"])
    return await run_in_threadpool(_put, request, caller, definition, reason, is_new=False)


@router.delete("/v1/watches/{watch_id}", name="disable_watch")
def disable_watch(request: Request) -> Response:
    """Switch a watch off; its history stays, and a PUT switches it on again. Needs If-Match."""
    caller = require(request, "manage")
    reason = parse(request.query_params, (REASON,))["reason"]
    watch_id = request.path_params["watch_id"]

    def plan(book: WatchBook) -> Watch | None:
        latest = book.latest(watch_id)
        if latest is None:
            raise unknown_watch(watch_id, book.ids(), "watch_id")
        check_match(request, etag_of_version(latest))
        if latest["status"] == "disabled":
            return None
        changed = {"version": latest["version"] + 1, "status": "disabled"}
        return cast(Watch, {**latest, **changed, "changed_by": caller.actor, "change_reason": reason})

    _, watch = _change(web_of(request), watch_id, plan)
    return answer(request, watch, etag=etag_of_version(watch))


def check_match(request: Request, etag: str) -> None:
    """Raises Problem unless If-Match names this tag."""
    header = request.headers.get("if-match")
    if header is None:
        raise one_field(
            "precondition-required", "If-Match", None, "the ETag that a GET of it gave", f"now it is {etag}"
        )
    if not matches(header, etag, weak=False):
        raise one_field(
            "stale-etag", "If-Match", header, etag, "read it again and repeat the change", headers={"ETag": etag}
        )


async def _read_definition(request: Request, watch_id: str | None) -> Definition:
    kind = check_type(request, ("application/json", *YAML))
    raw = await read_bytes(request, _MAX_BYTES)
    return await run_in_threadpool(_definition, raw, kind in YAML, watch_id)


def _definition(raw: bytes, is_yaml: bool, watch_id: str | None) -> Definition:
    if is_yaml:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Problem("malformed", f"the body is not UTF-8 at byte {error.start}") from None
    else:
        value = parse_json(raw)
        if not isinstance(value, dict):
            raise one_field("invalid", "", type(value).__name__, "an object", "send the watch as one object")
        if watch_id is not None and "id" not in value:
            value = {"id": watch_id, **value}
        try:
            text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
        except (yaml.YAMLError, RecursionError):
            raise Problem("invalid", "the watch can't be read: it is nested too deeply") from None
    try:
        definition = read_watch(text, "body")
        draft = to_watch(definition, 1, "1970-01-01T00:00:00.000Z", "draft")
        axis_of(draft)
        validate("watch", draft)
    except QueryError as error:
        raise _query_problem(error) from None
    except UsageError as error:
        raise _definition_problem(str(error)) from None
    except InvalidRecord as error:
        raise Problem("invalid", str(error), [FieldError(error.field or "", None, str(error), "mend it")]) from None
    if watch_id is not None and definition["watch_id"] != watch_id:
        raise one_field("invalid", "/id", definition["watch_id"], watch_id, "leave it out, or use its own address")
    return definition


def _query_problem(error: QueryError) -> Problem:
    wrong = FieldError("/query", None, "a query that parses", error.hint or "mend the query")
    return Problem("invalid", str(error), [wrong], extra={"line": error.line, "column": error.column})


def _definition_problem(message: str) -> Problem:
    message = _PLACE.sub("", message, count=1)
    found = _FIELD.match(message)
    pointer = (
        "/query"
        if message.startswith("query error")
        else "/" + (found[1] or found[2]).replace(".", "/")
        if found
        else ""
    )
    expected = message.partition("expected ")[2] or message
    place = re.search(r"line (\d+), column (\d+)", message)
    extra = {"line": int(place[1]), "column": int(place[2])} if place and pointer == "/query" else {}
    return Problem(
        "invalid", message, [FieldError(pointer, None, expected, "mend it; docs/queries.md tells how")], extra=extra
    )


def _put(request: Request, caller: Caller, definition: Definition, reason: str | None, is_new: bool) -> Response:
    watch_id = str(definition["watch_id"])

    def plan(book: WatchBook) -> Watch | None:
        latest = book.latest(watch_id)
        if latest is None:
            if request.headers.get("if-match") is not None:
                raise unknown_watch(watch_id, book.ids(), "watch_id")
            return to_watch(definition, 1, "", caller.actor, reason)
        if is_new or request.headers.get("if-none-match") == "*":
            where = f"PUT /v1/watches/{watch_id} with If-Match changes it"
            raise one_field("conflict", "/id", watch_id, "an id that is free", where)
        check_match(request, etag_of_version(latest))
        if latest["status"] == "active" and definition_of(latest) == definition:
            return None
        return to_watch(definition, latest["version"] + 1, "", caller.actor, reason)

    is_changed, watch = _change(web_of(request), watch_id, plan)
    warnings = [
        {"line": each.line, "column": each.column, "code": each.code, "message": each.message}
        for each in lint(watch["query"])
    ]
    status = 201 if is_changed and watch["version"] == 1 else 200
    headers = {"Location": f"/v1/watches/{watch_id}"} if status == 201 else {}
    value = {"watch": watch, "is_changed": is_changed, "warnings": warnings}
    return answer(request, value, status=status, etag=etag_of_version(watch), headers=headers)


def definition_of(watch: Watch) -> dict[str, Any]:
    """What a file says of a watch, without what a version adds."""
    return {key: value for key, value in watch.items() if key not in _VERSIONED}


def _change(web: Web, watch_id: str, plan: Callable[[WatchBook], Watch | None]) -> tuple[bool, Watch]:
    """Append what the plan wants; on the embedded log, reading and appending are one transaction."""
    topic = topic_of("watch")
    with web.log() as log, ExitStack() as stack:
        tx = stack.enter_context(log.transaction()) if isinstance(log, SqliteLog) else None
        book = web.books.catch_up(log).watches
        wanted = plan(book)
        before = book.latest(watch_id)
        if wanted is None:
            assert before is not None
            return False, before
        now = web.clock()
        effective = now + AHEAD
        if before is not None:  # also where a clock was set back
            effective = max(effective, parse_utc(before["effective_from"]) + timedelta(milliseconds=1))
        watch = cast(Watch, {**wanted, "effective_from": format_utc_ms(effective)})
        validate("watch", watch)
        partition = partition_for(topic.partition_key_of(watch), log.partitions(topic.name))
        record = NewRecord(partition, topic.key_of(watch), encode(watch), epoch_ms(now))
        (log if tx is None else tx).append(topic.name, [record])
    return True, watch

"""``POST /v1/articles``: articles come in by HTTP, one as JSON, an array, or JSON lines, also gzipped.

The rules are those of ``newsvane ingest``: other names of fields are understood, the outlet is found, every refusal is
told with its line and reason and stops nobody else's. What was accepted is in the log when the answer comes. The same
articles sent twice are repeats to the line; with an ``Idempotency-Key`` they are not even appended twice, as long as
this process lives and remembers (the last thousand keys, 64 MB of answers). When clean is too far behind, 429 says when
to come back.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from schemas import topic_of
from streams.errors import RefusedInput, UsageError
from streams.ingest.admit import KIND, Terms, admit, outlet_option, published_option
from streams.ingest.candidate import Candidate
from streams.ingest.documents import read_json as read_document
from streams.ingest.documents import read_lines
from streams.ingest.run import BATCH_BYTES, BATCH_RECORDS
from streams.log.protocol import Log, NewRecord
from streams.model.times import epoch_ms
from streams.web.access import require
from streams.web.bodies import check_type, read_bytes
from streams.web.context import Web, web_of
from streams.web.parameters import Parameter, parse
from streams.web.problems import FieldError, Problem, one_field
from streams.web.security import too_large

router = APIRouter()
JSON: Final = "application/json"
LINES: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl")
PARAMETERS: Final = (
    Parameter("outlet", "The publisher of all articles; without it, their own or their URL's."),
    Parameter("published", "When those were published that do not say; ISO 8601."),
    Parameter("backfill", "Mark them as history, which pages nobody.", "flag", default=False),
)
_UNPACKED: Final = 8  # times the limit of a body: JSON shrinks to about a fifth
_LAG_EVERY_S: Final = 1.0
_RETRY_AFTER_S: Final = 10


@router.post("/v1/articles", name="post_articles")
async def post_articles(request: Request) -> Response:
    """Take articles in; the answer says for each line whether it was accepted."""
    caller = await run_in_threadpool(require, request, "ingest")
    terms = _terms(request)
    kind = check_type(request, (JSON, *LINES))
    web = web_of(request)
    await run_in_threadpool(_check_lag, web)
    raw = _unpack(request, await read_bytes(request, web.settings.web_max_body_bytes), web.settings.web_max_body_bytes)
    key = _idempotency_key(request)
    status, body = await run_in_threadpool(_take_once, web, caller.actor, key, raw, kind, terms)
    return Response(body, status, {"Cache-Control": "no-store"}, media_type="application/json")


def _terms(request: Request) -> Terms:
    values = parse(request.query_params, PARAMETERS)
    settings = web_of(request).settings
    try:
        return Terms(
            outlet_option(values["outlet"]) if values["outlet"] is not None else None,
            published_option(values["published"]) if values["published"] is not None else None,
            values["backfill"],
            settings.max_record_bytes,
        )
    except UsageError as error:
        name = "outlet" if str(error).startswith("--outlet") else "published"
        expected = str(error).partition("expected ")[2] or "another value"
        raise one_field("invalid-parameter", name, values[name], expected, "mend it") from None


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= 200 and key.isprintable()):
        raise one_field("malformed", "Idempotency-Key", key, "1 to 200 printable characters", "mend it")
    return key


def _unpack(request: Request, raw: bytes, limit: int) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return raw
    if encoding not in ("gzip", "x-gzip"):
        raise one_field("wrong-content-type", "Content-Encoding", encoding, "gzip or none", "pack it otherwise")
    packed = zlib.decompressobj(16 + zlib.MAX_WBITS)
    most = limit * _UNPACKED
    try:
        plain = packed.decompress(raw, most + 1)
        if len(plain) > most:
            raise too_large(len(plain), most, "the unpacked body")
        if not packed.eof:
            raise zlib.error("it ends in the middle")
    except zlib.error as error:
        raise Problem("malformed", f"the body is not gzip: {error}; pack it again") from None
    return plain


def _take_once(web: Web, actor: str, key: str | None, raw: bytes, kind: str, terms: Terms) -> tuple[int, bytes]:
    if key is None:
        return _take(web, raw, kind, terms)
    intake, known_as = web.intake, (actor, key)
    fingerprint = hashlib.sha256(orjson.dumps([kind, str(terms)]) + raw).hexdigest()
    with intake.lock:  # two at once with one key: the second waits for the first's answer
        before = intake.answers.get(known_as)
        if before is not None:
            if before[0] != fingerprint:
                raise one_field("conflict", "Idempotency-Key", key, "a new key for other articles", "choose another")
            return before[2], before[1]
        status, body = _take(web, raw, kind, terms)
        intake.keep(known_as, fingerprint, body, status)
        return status, body


def _take(web: Web, raw: bytes, kind: str, terms: Terms) -> tuple[int, bytes]:
    results: list[dict[str, Any]] = []
    batch: list[NewRecord] = []
    size = 0
    topic = topic_of(KIND).name
    with web.log() as log:
        partitions = log.partitions(topic)
    for candidate in _candidates(raw, kind, terms.max_record_bytes):
        place = candidate.line or candidate.number
        try:
            if candidate.fields is None:
                raise candidate.refusal or RefusedInput("not-an-object", "expected one article as one object")
            record = admit(candidate.fields, candidate.context, terms, epoch_ms(web.clock()), partitions)
        except RefusedInput as refusal:
            results.append(
                {"line": place, "status": "refused", "reason": refusal.reason, "message": _plain(str(refusal))}
            )
            continue
        results.append({"line": place, "status": "accepted"})
        batch.append(record)
        size += len(record.value or b"")
        if len(batch) >= BATCH_RECORDS or size >= BATCH_BYTES:
            _append(web, topic, batch)
            batch, size = [], 0
    _append(web, topic, batch)
    accepted = sum(result["status"] == "accepted" for result in results)
    answer = {"accepted": accepted, "refused": len(results) - accepted, "results": results}
    if not results:
        raise Problem(
            "invalid", "the body holds no article", [FieldError("", None, "at least one article", "send one")]
        )
    if not accepted:
        first = results[0]
        errors = [
            FieldError(f"/{each['line']}", None, each["message"], "mend it, and send it again") for each in results[:20]
        ]
        detail = f"no article was accepted; line {first['line']}: {first['message']}"
        raise Problem("invalid", detail, errors, extra=answer)
    return 202, orjson.dumps(answer)


def _append(web: Web, topic: str, batch: list[NewRecord]) -> None:
    if batch:
        with web.log() as log:
            log.append(topic, batch)


def _candidates(raw: bytes, kind: str, max_record_bytes: int) -> Iterator[Candidate]:
    stream = io.BytesIO(raw)
    try:
        yield from (read_lines if kind in LINES else read_document)(stream, max_record_bytes)
    except RefusedInput as refusal:  # of all that is left
        yield Candidate(1, 1, None, refusal)


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:1_000]


def _check_lag(web: Web) -> None:
    lag = lag_of(web)
    if lag > web.settings.web_max_lag:
        raise Problem(
            "lagging",
            f"{lag:,} raw articles wait for clean; at most {web.settings.web_max_lag:,} may; try again later",
            headers={"Retry-After": str(_RETRY_AFTER_S)},
        )


def lag_of(web: Web) -> int:
    """How many raw articles clean has not read yet; asked again each second."""
    now, intake = web.clock(), web.intake
    asked_at = intake.lag_asked_at
    if asked_at is None or not 0 <= (now - asked_at).total_seconds() < _LAG_EVERY_S:
        with web.log() as log:
            intake.lag = _measure_lag(log, web.settings.group)
        intake.lag_asked_at = now
    return intake.lag


def _measure_lag(log: Log, group: str) -> int:
    topic = topic_of(KIND).name
    committed = log.committed(group, topic)
    return sum(
        max(0, log.end_offset(topic, partition) - max(committed.get(partition, 0), log.start_offset(topic, partition)))
        for partition in range(log.partitions(topic))
    )

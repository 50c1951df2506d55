"""The description of the API for machines: OpenAPI 3.1, made of the same tables that requests are read with.

Records are those of ``schemas/records``, so a client sees what is on the topics. Every route of the API needs an entry
in ``OPERATIONS``: one without stops the start, and a test holds ``docs/api.md`` to the same list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from schemas import records
from streams import __version__
from streams.web import articles_in, feeds, health, lists, people_write, stream, things, watch_write
from streams.web.answers import answer
from streams.web.bodies import Body
from streams.web.parameters import Parameter
from streams.web.problems import KINDS, MEDIA_TYPE

router = APIRouter()
ROOMS: Final = (stream, lists, watch_write, things, articles_in, people_write, feeds, health)
Schema = dict[str, Any]
_READ: Final = (400, 401, 403, 404, 421, 500, 503)
_WRITE: Final = (*_READ, 409, 412, 413, 415, 422, 428)
_JSON: Final = "application/json"
_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "integer"}
_FLAG: Final[Schema] = {"type": "boolean"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route takes and gives. ``gives``: schema by media type; ``body``: the same for what is sent."""

    scope: str | None
    gives: Mapping[str, Schema]
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Schema] | None = None
    status: int = 200
    also: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()
    statuses: tuple[int, ...] | None = None


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def items_of(schema: Schema) -> Schema:
    return _object({"items": {"type": "array", "items": schema}})


def page_of(schema: Schema) -> Schema:
    """A page of a list: ``next`` is the address of the next page, null on the last."""
    return _object({"items": {"type": "array", "items": schema}, "next": _TEXT_OR_NULL, "next_cursor": _TEXT_OR_NULL})


def _object(properties: Mapping[str, Schema], *, open_: bool = True) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": open_,
    }


def _with(name: str, **more: Schema) -> Schema:
    return {"allOf": [ref(name), _object(more)]}


_WARNING: Final = _object({"line": _NUMBER, "column": _NUMBER, "code": _TEXT, "message": _TEXT})
_WATCH_CHANGE: Final = _object(
    {"watch": ref("Watch"), "is_changed": _FLAG, "warnings": {"type": "array", "items": _WARNING}}
)
_OBJECTS: Final[Schema] = {"type": "array", "items": {"type": "object"}}
_IN_FORCE: Final = _with("Silence", is_in_force=_FLAG)
_RESULT: Final[Schema] = {
    "type": "object",
    "required": ["line", "status"],
    "properties": {"line": _NUMBER, "status": {"enum": ["accepted", "refused"]}, "reason": _TEXT, "message": _TEXT},
}
_DEFINITION: Final[Schema] = {
    "type": "object",
    "description": "What a watch file holds: id, title, question, owner, query, tokens, scope, stance, alerts.",
    "required": ["title", "query"],
    "properties": {"title": {"type": "string", "minLength": 1}, "query": {"type": "string", "minLength": 1}},
}
_ARTICLE_IN: Final[Schema] = {
    "type": "object",
    "description": "As the record article-raw, without arrived_at; other names are understood (docs/bad-input.md).",
    "properties": {
        name: {"type": ["string", "null"]}
        for name in ("outlet", "url", "title", "text", "html", "author", "published_at", "language")
    },
}
_EVENTS: Final[Schema] = {"type": "string", "description": "Server-sent events: alert, reset; data is an Alert."}

OPERATIONS: Final[dict[tuple[str, str], Operation]] = {
    **{
        ("GET", each.path): Operation("read", {_JSON: page_of(ref(each.record)), "text/csv": _TEXT}, each.parameters)
        for each in lists.LISTS
    },
    ("GET", "/v1/alerts/stream"): Operation(
        "read", {"text/event-stream": _EVENTS}, stream.PARAMETERS, headers=("Last-Event-ID",)
    ),
    ("GET", "/v1/articles/{article_id}"): Operation(
        "read",
        {
            _JSON: _with(
                "Article", has_text=_FLAG, mentions=_OBJECTS, cluster=_OBJECTS, cluster_size=_NUMBER, versions=_OBJECTS
            )
        },
    ),
    ("POST", "/v1/articles"): Operation(
        "ingest",
        {_JSON: _object({"accepted": _NUMBER, "refused": _NUMBER, "results": {"type": "array", "items": _RESULT}})},
        articles_in.PARAMETERS,
        {
            _JSON: {"anyOf": [_ARTICLE_IN, {"type": "array", "items": _ARTICLE_IN, "minItems": 1}]},
            articles_in.LINES[0]: _TEXT,
        },
        202,
        (429,),
        ("Idempotency-Key",),
    ),
    ("GET", "/v1/mentions/{mention_id}"): Operation("read", {_JSON: ref("Mention")}),
    ("GET", "/v1/statements/{statement_id}"): Operation("read", {_JSON: _with("Statement", requested_id=_TEXT)}),
    ("GET", "/v1/stories/{watch_id}/{story_id}"): Operation(
        "read", {_JSON: _with("Story", alert={"type": ["object", "null"]}, statement_records=_OBJECTS)}
    ),
    ("GET", "/v1/alerts/{alert_id}"): Operation(
        "read",
        {_JSON: _with("Alert", requested_id=_TEXT, statement_record={"type": ["object", "null"]}, deliveries=_OBJECTS)},
    ),
    ("GET", "/v1/deliveries/{delivery_id}"): Operation("read", {_JSON: ref("Delivery")}),
    ("GET", "/v1/watches"): Operation("read", {_JSON: items_of(_with("Watch", volume={"type": "object"}))}),
    ("POST", "/v1/watches"): Operation(
        "manage", {_JSON: _WATCH_CHANGE}, (watch_write.REASON,), {_JSON: _DEFINITION, watch_write.YAML[0]: _TEXT}, 201
    ),
    ("POST", "/v1/watches/lint"): Operation(
        "read",
        {
            _JSON: _object(
                {
                    "valid": _FLAG,
                    "error": {"type": ["object", "null"]},
                    "warnings": {"type": "array", "items": _WARNING},
                }
            )
        },
        body={_JSON: ref(watch_write.QUERY.name)},
    ),
    ("GET", "/v1/watches/{watch_id}"): Operation("read", {_JSON: ref("Watch")}),
    ("PUT", "/v1/watches/{watch_id}"): Operation(
        "manage",
        {_JSON: _WATCH_CHANGE},
        (watch_write.REASON,),
        {_JSON: _DEFINITION, watch_write.YAML[0]: _TEXT},
        200,
        (201,),
        ("If-Match", "If-None-Match"),
    ),
    ("DELETE", "/v1/watches/{watch_id}"): Operation(
        "manage", {_JSON: ref("Watch")}, (watch_write.REASON,), headers=("If-Match",)
    ),
    ("GET", "/v1/watches/{watch_id}/history"): Operation("read", {_JSON: items_of(ref("Watch"))}),
    ("GET", "/v1/watches/{watch_id}/timeline"): Operation(
        "read",
        {
            _JSON: _object(
                {
                    "watch_id": _TEXT,
                    "labels": {"type": "array", "items": _TEXT},
                    "holders": _OBJECTS,
                    "gaps": _OBJECTS,
                    "is_cut": _FLAG,
                }
            )
        },
    ),
    ("GET", "/v1/volumes"): Operation(
        "read",
        {
            _JSON: _object(
                {"watch_id": _TEXT_OR_NULL, "bucket": _TEXT, "axis": _TEXT, "points": _OBJECTS, "gaps": _OBJECTS}
            ),
            "text/csv": _TEXT,
        },
    ),
    ("GET", "/v1/outlets"): Operation(
        "read",
        {
            _JSON: items_of(_object({"outlet": _TEXT, "articles": _NUMBER, "copies": _NUMBER, "is_silent": _FLAG})),
            "text/csv": _TEXT,
        },
    ),
    ("GET", "/v1/facets"): Operation(
        "read", {_JSON: _object(dict.fromkeys(("labels", "holders", "languages", "outlets"), _OBJECTS))}
    ),
    ("GET", "/v1/why"): Operation(
        "read",
        {_JSON: _object({"subject": _TEXT, "watch_id": _TEXT, "verdict": _TEXT, "summary": _TEXT, "links": _OBJECTS})},
        also=(422,),
    ),
    ("GET", "/v1/silences"): Operation("read", {_JSON: items_of(_IN_FORCE)}),
    ("GET", "/v1/silences/{silence_id}"): Operation("read", {_JSON: _IN_FORCE}),
    ("POST", "/v1/silences"): Operation(
        "manage", {_JSON: ref("Silence")}, (), {_JSON: ref(people_write.SILENCE.name)}, 201
    ),
    ("POST", "/v1/silences/preview"): Operation(
        "manage",
        {_JSON: _object({"days": _NUMBER, "hidden": _OBJECTS, "pierced": _OBJECTS})},
        (people_write.DAYS,),
        {_JSON: ref(people_write.SILENCE.name)},
    ),
    ("DELETE", "/v1/silences/{silence_id}"): Operation("manage", {_JSON: ref("Silence")}, (watch_write.REASON,)),
    ("GET", "/v1/acknowledgements"): Operation("read", {_JSON: items_of(ref("Acknowledgement"))}),
    ("POST", "/v1/acknowledgements"): Operation(
        "manage", {_JSON: ref("Acknowledgement")}, (), {_JSON: ref(people_write.ACKNOWLEDGEMENT.name)}, 201
    ),
    ("DELETE", "/v1/acknowledgements/{acknowledgement_id}"): Operation(
        "manage", {_JSON: ref("Acknowledgement")}, (watch_write.REASON,)
    ),
    ("POST", "/v1/feedback"): Operation(
        "manage", {_JSON: ref("FeedbackRecord")}, (), {_JSON: ref(people_write.FEEDBACK.name)}, 201
    ),
    ("GET", "/v1/subscriptions"): Operation("read", {_JSON: items_of(ref("Subscription"))}),
    ("GET", "/v1/subscriptions/{subscription_id}"): Operation("read", {_JSON: ref("Subscription")}),
    ("POST", "/v1/subscriptions"): Operation(
        "manage", {_JSON: ref("Subscription")}, (), {_JSON: ref(people_write.NEW_SUBSCRIPTION.name)}, 201
    ),
    ("PUT", "/v1/subscriptions/{subscription_id}"): Operation(
        "manage",
        {_JSON: ref("Subscription")},
        (),
        {_JSON: ref(people_write.SUBSCRIPTION.name)},
        headers=("If-Match",),
    ),
    ("DELETE", "/v1/subscriptions/{subscription_id}"): Operation(
        "manage", {_JSON: ref("Subscription")}, (watch_write.REASON,), headers=("If-Match",)
    ),
    ("POST", "/v1/subscriptions/{subscription_id}/enable"): Operation(
        "manage", {_JSON: ref("Subscription")}, (watch_write.REASON,), headers=("If-Match",)
    ),
    ("POST", "/v1/subscriptions/{subscription_id}/test"): Operation(
        "manage", {_JSON: _object({"verdict": _TEXT, "status": {"type": ["integer", "null"]}, "error": _TEXT_OR_NULL})}
    ),
    ("GET", "/feeds/{watch_id}.json"): Operation("read", {feeds.JSON_FEED: {"type": "object"}}, feeds.PARAMETERS),
    ("GET", "/feeds/{watch_id}.atom"): Operation("read", {feeds.ATOM: _TEXT}, feeds.PARAMETERS),
    ("GET", "/healthz"): Operation(None, {"text/plain": _TEXT}, statuses=(421, 500)),
    ("GET", "/readyz"): Operation(
        None,
        {_JSON: _object({"ready": _FLAG, "log": _TEXT, "store": _TEXT, "lag": {"type": ["integer", "null"]}})},
        statuses=(421, 500),
    ),
    ("GET", "/v1/openapi.json"): Operation(None, {_JSON: {"type": "object"}}, statuses=(421, 500)),
}

BODIES: Final[tuple[Body, ...]] = (
    watch_write.QUERY,
    people_write.SILENCE,
    people_write.ACKNOWLEDGEMENT,
    people_write.FEEDBACK,
    people_write.SUBSCRIPTION,
    people_write.NEW_SUBSCRIPTION,
)
_HEADER_HELP: Final = {
    "If-Match": "The ETag of the version that you have read.",
    "If-None-Match": "* to make it only where there is none.",
    "Idempotency-Key": "A name for this request: sent again, it is not done again.",
    "Last-Event-ID": "The id of the last event that came.",
}


def routes() -> Iterator[APIRoute]:
    """Every route of the API, in order."""
    for room in (*ROOMS, None):
        for route in (room.router if room is not None else router).routes:
            assert isinstance(route, APIRoute)
            yield route


def describe(app: FastAPI) -> None:
    """Serve the description at /v1/openapi.json. Raises LookupError for a route without an entry."""
    app.state.openapi = orjson.dumps(build())
    app.include_router(router)


@router.get("/v1/openapi.json", name="get_openapi")
async def get_openapi(request: Request) -> Response:
    """This description."""
    return answer(request, request.app.state.openapi)


def build() -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes():
        for method in sorted(route.methods or ()):
            operation = OPERATIONS[method, route.path]
            paths.setdefault(route.path, {})[method.lower()] = _describe(route, method, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Newsvane",
            "version": __version__,
            "summary": "Who said what about the questions that you watch, and under which condition.",
            "description": "Lists are in pages; errors are RFC 9457 problems that name field, value and remedy.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "newsvane token create"},
                "session": {"type": "apiKey", "in": "cookie", "name": "newsvane_session"},
            },
            "responses": {
                "Problem": {
                    "description": "What is wrong, and what to do.",
                    "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
                }
            },
        },
    }


def parameters_of(path: str, operation: Operation) -> tuple[Parameter, ...]:
    return operation.parameters or things.PARAMETERS.get(path, ())


def _describe(route: APIRoute, method: str, operation: Operation) -> dict[str, Any]:
    summary, _, rest = (route.endpoint.__doc__ or "").strip().partition(". ")
    where = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
        for name in route.param_convertors
    ]
    query = (
        [parameter.openapi() for parameter in parameters_of(route.path, operation)]
        if method != "POST" or operation.parameters
        else []
    )
    if method in ("PUT", "DELETE"):
        query = [parameter.openapi() for parameter in operation.parameters]
    headers = [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": _HEADER_HELP[name],
            "schema": {"type": "string", "pattern": "^[ -~]*$"},
        }
        for name in operation.headers
    ]
    statuses = operation.statuses if operation.statuses is not None else _READ if method == "GET" else _WRITE
    good = {
        "description": "Done." if method != "GET" else "Here it is.",
        "content": {kind: {"schema": schema} for kind, schema in operation.gives.items()},
    }
    responses: dict[str, Any] = {str(operation.status): good}
    for status in (*statuses, *operation.also):
        is_success = status < 300
        responses[str(status)] = good if is_success else {"$ref": "#/components/responses/Problem"}
    if method == "GET":
        responses["304"] = {"description": "As you have it."}
        if route.path == "/readyz":
            responses["503"] = {**good, "description": "Not ready."}
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": summary.rstrip("."),
        "parameters": [*where, *query, *headers],
        "responses": dict(sorted(responses.items())),
        "security": [{"token": []}, {"session": []}] if operation.scope else [],
    }
    scope = f"Needs the scope {operation.scope}." if operation.scope else "Needs no token."
    described["description"] = f"{rest} {scope}".strip()
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": schema} for kind, schema in operation.body.items()},
        }
    return described


# Schemas


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = {
        "article-deduped": "Article",
        "mention": "Mention",
        "statement": "Statement",
        "alert": "Alert",
        "delivery": "Delivery",
        "dead-letter": "DeadLetter",
        "watch": "Watch",
        "silence": "Silence",
        "acknowledgement": "Acknowledgement",
        "subscription": "Subscription",
        "feedback": "FeedbackRecord",
    }
    for record, name in names.items():
        found |= _hoist(name, records()[record])
    # the store keeps texts apart, and may have let them go
    article = found["Article"]
    article["required"] = [field for field in article["required"] if field not in ("text", "boilerplate")]
    article["properties"] = {**article["properties"], "text": _TEXT_OR_NULL, "labels": {"type": "object"}}
    found["Feedback"] = _with("FeedbackRecord", is_undone=_FLAG)
    found["Story"] = _object(
        {
            "story_id": _TEXT,
            "watch_id": _TEXT,
            "title": _TEXT,
            "label": _TEXT,
            "alert_id": _TEXT_OR_NULL,
            "reach": {"type": "object"},
            "first_published_at": _TEXT,
        }
    )
    error = _object({"field": _TEXT, "value": {}, "expected": _TEXT, "remedy": _TEXT})
    found["Problem"] = _object(
        {
            "type": {"type": "string", "description": "urn:newsvane:problem: and one of " + ", ".join(KINDS)},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "instance": _TEXT,
            "errors": {"type": "array", "items": error},
        }
    )
    for body in BODIES:
        found[body.name] = body.schema
    return found


def _hoist(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A record's schema without its own address, its definitions beside it."""
    definitions = schema.get("$defs", {})
    plain = {key: value for key, value in schema.items() if key not in ("$schema", "$id", "$defs")}
    found = {name: _moved(plain, name)}
    for inner, definition in definitions.items():
        found[f"{name}.{inner}"] = _moved(definition, name)
    return found


def _moved(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: f"#/components/schemas/{name}.{target.removeprefix('#/$defs/')}"
            if key == "$ref" and isinstance(target, str)
            else _moved(target, name)
            for key, target in value.items()
        }
    return [_moved(each, name) for each in value] if isinstance(value, list) else value

"""The description of the API for machines: OpenAPI 3.1, made of the same tables that requests are read with.

Records are those of ``schemas/records``, so a client sees what is on the topics; what a route takes and gives stands in
``operations.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from schemas import records
from streams import __version__
from streams.web import articles_in, feeds, health, lists, people_write, stream, subscription_write, things, watch_write
from streams.web.answers import answer
from streams.web.operations import BODIES, FLAG, OPERATIONS, TEXT, TEXT_OR_NULL, Operation, object_of, ref, with_more
from streams.web.parameters import Parameter
from streams.web.problems import KINDS, MEDIA_TYPE

router = APIRouter()
ROOMS: Final = (stream, lists, watch_write, things, articles_in, people_write, subscription_write, feeds, health)
_READ: Final = (400, 401, 403, 404, 421, 500, 503)
_WRITE: Final = (*_READ, 409, 412, 413, 415, 422, 428)
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
    article["properties"] = {**article["properties"], "text": TEXT_OR_NULL, "labels": {"type": "object"}}
    found["Feedback"] = with_more("FeedbackRecord", is_undone=FLAG)
    found["Story"] = object_of(
        {
            "story_id": TEXT,
            "watch_id": TEXT,
            "title": TEXT,
            "label": TEXT,
            "alert_id": TEXT_OR_NULL,
            "reach": {"type": "object"},
            "first_published_at": TEXT,
        }
    )
    error = object_of({"field": TEXT, "value": {}, "expected": TEXT, "remedy": TEXT})
    found["Problem"] = object_of(
        {
            "type": {"type": "string", "description": "urn:newsvane:problem: and one of " + ", ".join(KINDS)},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "instance": TEXT,
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

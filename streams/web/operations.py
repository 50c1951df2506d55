"""What does each route of the API take and give? One table, which ``openapi.py`` turns into the description.

Every route needs an entry in ``OPERATIONS``: one without stops the start, and a test holds ``docs/api.md`` to the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from streams.web import articles_in, feeds, lists, people_write, stream, subscription_write, watch_write
from streams.web.bodies import Body
from streams.web.parameters import Parameter

Schema = dict[str, Any]
_JSON: Final = "application/json"
TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}


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
    return object_of({"items": {"type": "array", "items": schema}})


def page_of(schema: Schema) -> Schema:
    """A page of a list: ``next`` is the address of the next page, null on the last."""
    return object_of({"items": {"type": "array", "items": schema}, "next": TEXT_OR_NULL, "next_cursor": TEXT_OR_NULL})


def object_of(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": True,
    }


def with_more(name: str, **more: Schema) -> Schema:
    return {"allOf": [ref(name), object_of(more)]}


_WARNING: Final = object_of({"line": _NUMBER, "column": _NUMBER, "code": TEXT, "message": TEXT})
_WATCH_CHANGE: Final = object_of(
    {"watch": ref("Watch"), "is_changed": FLAG, "warnings": {"type": "array", "items": _WARNING}}
)
_OBJECTS: Final[Schema] = {"type": "array", "items": {"type": "object"}}
_IN_FORCE: Final = with_more("Silence", is_in_force=FLAG)
_RESULT: Final[Schema] = {
    "type": "object",
    "required": ["line", "status"],
    "properties": {"line": _NUMBER, "status": {"enum": ["accepted", "refused"]}, "reason": TEXT, "message": TEXT},
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
        ("GET", each.path): Operation("read", {_JSON: page_of(ref(each.record)), "text/csv": TEXT}, each.parameters)
        for each in lists.LISTS
    },
    ("GET", "/v1/alerts/stream"): Operation(
        "read", {"text/event-stream": _EVENTS}, stream.PARAMETERS, headers=("Last-Event-ID",)
    ),
    ("GET", "/v1/articles/{article_id}"): Operation(
        "read",
        {
            _JSON: with_more(
                "Article", has_text=FLAG, mentions=_OBJECTS, cluster=_OBJECTS, cluster_size=_NUMBER, versions=_OBJECTS
            )
        },
    ),
    ("POST", "/v1/articles"): Operation(
        "ingest",
        {_JSON: object_of({"accepted": _NUMBER, "refused": _NUMBER, "results": {"type": "array", "items": _RESULT}})},
        articles_in.PARAMETERS,
        {
            _JSON: {"anyOf": [_ARTICLE_IN, {"type": "array", "items": _ARTICLE_IN, "minItems": 1}]},
            articles_in.LINES[0]: TEXT,
        },
        202,
        (429,),
        ("Idempotency-Key",),
    ),
    ("GET", "/v1/mentions/{mention_id}"): Operation("read", {_JSON: ref("Mention")}),
    ("GET", "/v1/statements/{statement_id}"): Operation("read", {_JSON: with_more("Statement", requested_id=TEXT)}),
    ("GET", "/v1/stories/{watch_id}/{story_id}"): Operation(
        "read", {_JSON: with_more("Story", alert={"type": ["object", "null"]}, statement_records=_OBJECTS)}
    ),
    ("GET", "/v1/alerts/{alert_id}"): Operation(
        "read",
        {
            _JSON: with_more(
                "Alert", requested_id=TEXT, statement_record={"type": ["object", "null"]}, deliveries=_OBJECTS
            )
        },
    ),
    ("GET", "/v1/deliveries/{delivery_id}"): Operation("read", {_JSON: ref("Delivery")}),
    ("GET", "/v1/watches"): Operation("read", {_JSON: items_of(with_more("Watch", volume={"type": "object"}))}),
    ("POST", "/v1/watches"): Operation(
        "manage", {_JSON: _WATCH_CHANGE}, (watch_write.REASON,), {_JSON: _DEFINITION, watch_write.YAML[0]: TEXT}, 201
    ),
    ("POST", "/v1/watches/lint"): Operation(
        "read",
        {
            _JSON: object_of(
                {
                    "valid": FLAG,
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
        {_JSON: _DEFINITION, watch_write.YAML[0]: TEXT},
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
            _JSON: object_of(
                {
                    "watch_id": TEXT,
                    "labels": {"type": "array", "items": TEXT},
                    "holders": _OBJECTS,
                    "gaps": _OBJECTS,
                    "is_cut": FLAG,
                }
            )
        },
    ),
    ("GET", "/v1/volumes"): Operation(
        "read",
        {
            _JSON: object_of(
                {"watch_id": TEXT_OR_NULL, "bucket": TEXT, "axis": TEXT, "points": _OBJECTS, "gaps": _OBJECTS}
            ),
            "text/csv": TEXT,
        },
    ),
    ("GET", "/v1/outlets"): Operation(
        "read",
        {
            _JSON: items_of(object_of({"outlet": TEXT, "articles": _NUMBER, "copies": _NUMBER, "is_silent": FLAG})),
            "text/csv": TEXT,
        },
    ),
    ("GET", "/v1/facets"): Operation(
        "read", {_JSON: object_of(dict.fromkeys(("labels", "holders", "languages", "outlets"), _OBJECTS))}
    ),
    ("GET", "/v1/why"): Operation(
        "read",
        {_JSON: object_of({"subject": TEXT, "watch_id": TEXT, "verdict": TEXT, "summary": TEXT, "links": _OBJECTS})},
        also=(422,),
    ),
    ("GET", "/v1/silences"): Operation("read", {_JSON: items_of(_IN_FORCE)}),
    ("GET", "/v1/silences/{silence_id}"): Operation("read", {_JSON: _IN_FORCE}),
    ("POST", "/v1/silences"): Operation(
        "manage", {_JSON: ref("Silence")}, (), {_JSON: ref(people_write.SILENCE.name)}, 201
    ),
    ("POST", "/v1/silences/preview"): Operation(
        "manage",
        {_JSON: object_of({"days": _NUMBER, "hidden": _OBJECTS, "pierced": _OBJECTS})},
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
        "manage", {_JSON: ref("Subscription")}, (), {_JSON: ref(subscription_write.NEW_SUBSCRIPTION.name)}, 201
    ),
    ("PUT", "/v1/subscriptions/{subscription_id}"): Operation(
        "manage",
        {_JSON: ref("Subscription")},
        (),
        {_JSON: ref(subscription_write.SUBSCRIPTION.name)},
        headers=("If-Match",),
    ),
    ("DELETE", "/v1/subscriptions/{subscription_id}"): Operation(
        "manage", {_JSON: ref("Subscription")}, (watch_write.REASON,), headers=("If-Match",)
    ),
    ("POST", "/v1/subscriptions/{subscription_id}/enable"): Operation(
        "manage", {_JSON: ref("Subscription")}, (watch_write.REASON,), headers=("If-Match",)
    ),
    ("POST", "/v1/subscriptions/{subscription_id}/test"): Operation(
        "manage", {_JSON: object_of({"verdict": TEXT, "status": {"type": ["integer", "null"]}, "error": TEXT_OR_NULL})}
    ),
    ("GET", "/feeds/{watch_id}.json"): Operation("read", {feeds.JSON_FEED: {"type": "object"}}, feeds.PARAMETERS),
    ("GET", "/feeds/{watch_id}.atom"): Operation("read", {feeds.ATOM: TEXT}, feeds.PARAMETERS),
    ("GET", "/healthz"): Operation(None, {"text/plain": TEXT}, statuses=(421, 500)),
    ("GET", "/readyz"): Operation(
        None,
        {_JSON: object_of({"ready": FLAG, "log": TEXT, "store": TEXT, "lag": {"type": ["integer", "null"]}})},
        statuses=(421, 500),
    ),
    ("GET", "/v1/openapi.json"): Operation(None, {_JSON: {"type": "object"}}, statuses=(421, 500)),
}

BODIES: Final[tuple[Body, ...]] = (
    watch_write.QUERY,
    people_write.SILENCE,
    people_write.ACKNOWLEDGEMENT,
    people_write.FEEDBACK,
    subscription_write.SUBSCRIPTION,
    subscription_write.NEW_SUBSCRIPTION,
)

"""The description of the API is true: schemathesis asks what it allows and finds no answer that it does not tell."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from streams.web import openapi, operations
from streams.web.problems import KINDS
from tests.unit.web.rig import BASE, Rig

API = Path(__file__).resolve().parents[3] / "docs/api.md"
NOT_ASKED = ("/v1/alerts/stream", "/v1/subscriptions/{subscription_id}/test")
"""The one never ends, the other connects to somewhere."""
CHECKS_USED: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
"""All but: that what the schema allows is accepted (a cursor, a known watch, since before until: no schema says those)
and that a token is needed (without tokens the server is open to this machine)."""
EXAMPLES = 2
PARTS = ("method", "url", "headers", "params", "data", "json", "cookies")


def test_it_is_openapi_3_1_with_an_entry_for_every_route() -> None:
    """And no entry without a route."""
    document = openapi.build()
    assert "3.1.0" == document["openapi"]
    have = {(method, route.path) for route in openapi.routes() for method in route.methods or ()}
    assert set(operations.OPERATIONS) == have


def test_every_route_is_part_of_it(full: Rig) -> None:
    """A route outside of pages, login and static files is described."""
    described = set(openapi.build()["paths"])
    mine = {route.path for room in openapi.ROOMS for route in room.router.routes if isinstance(route, APIRoute)}
    assert set() == mine - described


def test_every_problem_is_declared() -> None:
    """Each status that a problem can have stands at the routes that write."""
    statuses = {kind.status for kind in KINDS.values()} - {405}
    declared = {int(code) for code in openapi.build()["paths"]["/v1/articles"]["post"]["responses"]}
    assert set() == statuses - declared - {304}


def test_every_route_and_problem_is_documented() -> None:
    """docs/api.md has each method with its path, each code of a problem, and none that is not there."""
    text = API.read_text(encoding="utf-8")
    told = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`? ]*)[^`]*`", text))
    assert set(operations.OPERATIONS) == told
    codes = set(re.findall(r"^\| `([a-z-]+)` \| \d{3} \|", text, re.MULTILINE))
    assert set(KINDS) == codes


def test_every_parameter_is_documented() -> None:
    text = API.read_text(encoding="utf-8")
    names = {
        parameter.name
        for (_, path), operation in operations.OPERATIONS.items()
        for parameter in openapi.parameters_of(path, operation)
    }
    assert set() == {name for name in names if f"`{name}`" not in text}


def test_schemathesis_finds_nothing(full: Rig) -> None:
    """Some hundred requests, valid and not, at each operation: every answer is declared and has its shape."""
    document = openapi.build()
    for path in NOT_ASKED:
        del document["paths"][path]
    schema = schemathesis.openapi.from_dict(document)
    failures: list[str] = []
    full.client.run(full.web.hub.start())
    try:
        results: list[Any] = list(schema.get_all_operations())
        for result in results:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask(full, result.ok(), mode, failures)
    finally:
        full.client.run(full.web.hub.stop())
    assert [] == failures


def ask(full: Rig, operation: Any, mode: GenerationMode, failures: list[str]) -> None:
    """Note what schemathesis finds wrong with the answers of one operation."""

    @seed(7)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(operation.as_strategy(generation_mode=mode))
    def try_one(case: Any) -> None:
        wanted = requests.Request(**_plain(case.as_transport_kwargs(base_url=BASE))).prepare()
        body: Any = wanted.body.encode() if isinstance(wanted.body, str) else wanted.body or b""
        headers = {name: value for name, value in wanted.headers.items() if name.lower() != "content-length"}
        response = full.client.request(wanted.method or "GET", wanted.url or "", content=body, headers=headers)
        try:
            case.validate_response(response, checks=CHECKS_USED)
        except FailureGroup as group:
            failures.extend(f"{wanted.method} {wanted.url} {body[:200]!r}: {one}" for one in group.exceptions)

    with suppress(Unsatisfiable):  # nothing about this operation can be wrong
        try_one()


def _plain(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name in PARTS and value is not None}

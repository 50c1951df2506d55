"""The description of the API: OpenAPI 3.1."""

from __future__ import annotations

from fastapi import FastAPI


def describe(app: FastAPI) -> None:
    """Serve it at /v1/openapi.json."""

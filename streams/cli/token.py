"""``newsvane token``: who may use the web. A token is shown once, when it is made; the store keeps its hash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from streams.cli.groups import new_group
from streams.cli.output import neutralise, note, put, put_bytes, table
from streams.cli.watch_change import user_name
from streams.errors import UsageError
from streams.settings import read_settings

if TYPE_CHECKING:
    from streams.web.tokens import Tokens

app = new_group("Say who may use the web. docs/api.md tells what each scope allows.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="whose it is; changes are made under this name")],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", metavar="SCOPE", help="read, ingest or manage; may be repeated; read")
    ] = None,
    feed: Annotated[
        list[str] | None,
        typer.Option("--feed", metavar="WATCH", help="only the feeds of this watch, for a feed reader"),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", help="for so many days; without: no end", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the token and its row as one JSON object")] = False,
) -> None:
    """Make a token and print it: this once, nobody can see it again."""
    if scope and feed:
        raise UsageError("--scope and --feed exclude each other: a feed's token reads that feed and nothing else")
    from streams.web.tokens import FEED

    wanted = [f"{FEED}{watch}" for watch in feed] if feed else (scope or ["read"])
    try:
        valid_for = None if days is None else timedelta(days=days)
    except OverflowError:
        raise UsageError(f"--days {days} is beyond the calendar; expected fewer") from None
    with _open() as tokens:
        token, text = tokens.create(name, wanted, user_name(), valid_for)
    if as_json:
        put_bytes(orjson.dumps({"token": text, "token_id": token.token_id, "name": token.name, "scopes": token.scopes,
                                "expires_at": token.expires_at}))  # fmt: skip
        return
    put(text)
    until = f"until {token.expires_at}" if token.expires_at else "without end"
    note(f"token '{token.name}' ({', '.join(token.scopes)}), {until}; keep it now, it is not shown again")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """List the tokens: name, scopes, end, state; never the token itself."""
    now = datetime.now(UTC)
    with _open() as tokens:
        found = tokens.list()
    if as_json:
        for token in found:
            row = {name: getattr(token, name) for name in token.__dataclass_fields__}
            put_bytes(orjson.dumps({**row, "state": token.state(now)}))
        return
    rows = [
        (token.token_id, neutralise(token.name), " ".join(token.scopes), token.state(now), token.created_at[:10],
         neutralise(token.created_by), token.expires_at or "never")
        for token in found
    ]  # fmt: skip
    headers = ("id", "name", "scopes", "state", "made", "by", "ends")
    for line in table(headers, rows) if rows else ("no tokens: the web serves this machine alone",):
        put(line)


@app.command()
def revoke(name: Annotated[str, typer.Argument(metavar="NAME|ID", help="the token's name or id")]) -> None:
    """End a token at once, and every session that began with it."""
    with _open() as tokens:
        token = tokens.revoke(name)
    put(f"{token.name}: revoked; what was logged in with it is logged out")


@contextmanager
def _open() -> Iterator[Tokens]:
    from streams.store.database import open_store
    from streams.web.tokens import Tokens

    store = open_store(read_settings(os.environ))
    try:
        yield Tokens(store, lambda: datetime.now(UTC))
    finally:
        store.close()

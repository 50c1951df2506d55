"""Who may do what? Named tokens with scopes and an end, kept as hashes beside the read model.

A token reads ``nv_<id>_<secret>``: the id finds the row, the SHA-256 of the whole text is compared in constant time.
The secret has 256 random bits, so a plain hash is enough: there is nothing to guess. It is shown once, when it is made.
``store rebuild`` leaves these tables alone. Revoked tokens stay as rows, because their names stand in the history.

The server is open (loopback only) while no token is in force or expired: an expired token closes it as well, so that
time alone never opens a door. Revoking the last one opens it again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from streams.clock import Clock
from streams.errors import UsageError
from streams.model.times import format_utc, parse_utc
from streams.store.database import Store

SCOPES: Final = ("read", "ingest", "manage")
"""read: everything that GET shows. ingest: POST of articles. manage: watches, silences, judgements, subscriptions."""

_NAME: Final = re.compile(r"[\w][\w .@+-]{0,99}")
_TOKEN: Final = re.compile(r"nv_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
FEED: Final = "feed:"
"""The scope ``feed:<watch_id>`` reads the feeds of that watch and nothing else."""

META: Final = sa.MetaData()
tokens = sa.Table(
    "web_tokens",
    META,
    sa.Column("token_id", sa.String(12), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("scopes", sa.String(400), nullable=False),
    sa.Column("created_at", sa.String(20), nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("expires_at", sa.String(20)),
    sa.Column("revoked_at", sa.String(20)),
)
sessions = sa.Table(
    "web_sessions",
    META,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("token_id", sa.String(12), nullable=False),
    sa.Column("created_at", sa.String(20), nullable=False),
    sa.Column("seen_at", sa.String(20), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A row, without its hash."""

    token_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None

    def state(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and parse_utc(self.expires_at) <= now else "active"


class Tokens:
    """The tokens of one store. Safe to share between threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        with store.writing() as db:
            META.create_all(db)

    def create(
        self, name: str, scopes: Collection[str], created_by: str, valid_for: timedelta | None = None
    ) -> tuple[Token, str]:
        """Make a token; return it and its text, which nobody can see again. Raises UsageError."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"token name {name!r:.120} can't be used; expected 1 to 100 letters, digits, blanks or .@+-_"
            )
        wanted = sorted(set(scopes))
        for scope in wanted:
            if scope not in SCOPES and not re.fullmatch(r"feed:[a-z0-9][a-z0-9._-]{0,127}", scope):
                raise UsageError(f"scope {scope!r:.80} is unknown; expected some of {', '.join(SCOPES)}")
        if not wanted:
            raise UsageError(f"token '{name}' has no scope; expected some of {', '.join(SCOPES)}")
        now = self._clock()
        try:
            end = None if valid_for is None else format_utc(now + valid_for)
        except OverflowError:
            raise UsageError("the token would outlive the calendar; give it fewer days") from None
        token_id = secrets.token_hex(6)
        text = f"nv_{token_id}_{secrets.token_urlsafe(32)}"
        token = Token(token_id, name, tuple(wanted), format_utc(now), created_by, end, None)
        with self._store.writing() as db:
            same = sa.select(tokens.c.token_id).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
            if db.execute(same).first() is not None:
                raise UsageError(f"token name '{name}' is in use; revoke that one first, or choose another name")
            db.execute(
                tokens.insert().values(
                    token_id=token_id,
                    name=name,
                    hash=hash_of(text),
                    scopes=" ".join(wanted),
                    created_at=token.created_at,
                    created_by=created_by,
                    expires_at=end,
                    revoked_at=None,
                )
            )
        return token, text

    def list(self) -> list[Token]:
        """All, in the order of their making."""
        with self._store.reading() as db:
            rows = db.execute(tokens.select().order_by(tokens.c.created_at, tokens.c.token_id))
            return [_token(row) for row in rows]

    def revoke(self, name_or_id: str) -> Token:
        """End it, and every session that began with it. Raises UsageError for an unknown one."""
        with self._store.writing() as db:
            is_it = sa.or_(tokens.c.name == name_or_id, tokens.c.token_id == name_or_id)
            row = db.execute(tokens.select().where(is_it, tokens.c.revoked_at.is_(None))).first()
            if row is None:
                raise UsageError(f"token {name_or_id!r:.80} is not there or revoked already; see 'newsvane token list'")
            token = _token(row)
            db.execute(
                tokens.update().where(tokens.c.token_id == token.token_id).values(revoked_at=format_utc(self._clock()))
            )
            db.execute(sessions.delete().where(sessions.c.token_id == token.token_id))
        return token

    def find(self, text: str) -> Token | None:
        """The token of this text, also a revoked or expired one; None for a text that is none of ours."""
        parts = _TOKEN.fullmatch(text)
        if parts is None:
            return None
        with self._store.reading() as db:
            row = db.execute(tokens.select().where(tokens.c.token_id == parts[1])).first()
        if row is None or not hmac.compare_digest(row.hash, hash_of(text)):
            return None
        return _token(row)

    def by_id(self, token_id: str) -> Token | None:
        with self._store.reading() as db:
            row = db.execute(tokens.select().where(tokens.c.token_id == token_id)).first()
        return None if row is None else _token(row)

    def has_any(self) -> bool:
        """Whether there is a token that is not revoked."""
        with self._store.reading() as db:
            return (
                db.execute(sa.select(tokens.c.token_id).where(tokens.c.revoked_at.is_(None)).limit(1)).first()
                is not None
            )


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _token(row: sa.Row[tuple[str, ...]]) -> Token:
    return Token(
        row.token_id,
        row.name,
        tuple(row.scopes.split()),
        row.created_at,
        row.created_by,
        row.expires_at,
        row.revoked_at,
    )

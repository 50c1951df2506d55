"""A browser's login: a cookie that stands for a token, a second value for forms, and an end.

The cookie has 256 random bits; the store keeps its hash. A session ends twelve hours after it was last used, thirty
days after it began, with its token, and on logout. The CSRF value is a hash of the cookie: it needs no row, and who
can't read the cookie can't make it. Ten failed logins of one address within five minutes close the form for it.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from datetime import timedelta
from typing import Final

from streams.clock import Clock
from streams.model.times import format_utc, parse_utc
from streams.store.database import Store
from streams.web.tokens import Token, Tokens, hash_of, sessions

COOKIE: Final = "newsvane_session"
IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=30)
_SEEN_EVERY: Final = timedelta(minutes=5)  # a write for each request would be too many
MOST_FAILURES: Final = 10
FAILURES_WITHIN: Final = timedelta(minutes=5)
_MOST_ADDRESSES: Final = 10_000


def csrf_of(secret: str) -> str:
    """The value that forms carry, for this cookie."""
    return hash_of(f"csrf {secret}")


class Sessions:
    """The sessions of one store. Safe to share between threads."""

    def __init__(self, store: Store, tokens: Tokens, clock: Clock) -> None:
        self._store, self._tokens, self._clock = store, tokens, clock

    def begin(self, token: Token) -> str:
        """Start a session; return the cookie's value."""
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        with self._store.writing() as db:
            db.execute(sessions.delete().where(sessions.c.seen_at < format_utc(now - IDLE)))
            db.execute(
                sessions.insert().values(
                    hash=hash_of(secret), token_id=token.token_id, created_at=format_utc(now), seen_at=format_utc(now)
                )
            )
        return secret

    def find(self, secret: str) -> Token | None:
        """The token that this cookie stands for, if session and token are in force; being asked keeps it alive."""
        if not secret or len(secret) > 200:
            return None
        key, now = hash_of(secret), self._clock()
        with self._store.reading() as db:
            row = db.execute(sessions.select().where(sessions.c.hash == key)).first()
        if row is None:
            return None
        seen_at = parse_utc(row.seen_at)
        if now - seen_at > IDLE or now - parse_utc(row.created_at) > LONGEST:
            self.end(secret)
            return None
        token = self._tokens.by_id(row.token_id)
        if token is None or token.state(now) != "active":
            return None
        if now - seen_at > _SEEN_EVERY:
            with self._store.writing() as db:
                db.execute(sessions.update().where(sessions.c.hash == key).values(seen_at=format_utc(now)))
        return token

    def end(self, secret: str) -> None:
        with self._store.writing() as db:
            db.execute(sessions.delete().where(sessions.c.hash == hash_of(secret)))


class FailedLogins:
    """Counts failures by address, in memory: a restart forgives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """For how many seconds this address may not try; 0: it may."""
        with self._lock:
            failures = self._recent(address)
            if len(failures) < MOST_FAILURES:
                return 0
            return max(1, int(failures[0] + FAILURES_WITHIN.total_seconds() - self._clock().timestamp()) + 1)

    def note(self, address: str) -> None:
        with self._lock:
            failures = self._recent(address)
            failures.append(self._clock().timestamp())
            self._failures[address] = failures
            self._failures.move_to_end(address)
            while len(self._failures) > _MOST_ADDRESSES:
                self._failures.popitem(last=False)

    def forget(self, address: str) -> None:
        with self._lock:
            self._failures.pop(address, None)

    def _recent(self, address: str) -> deque[float]:
        failures = self._failures.get(address, deque(maxlen=MOST_FAILURES))
        earliest = self._clock().timestamp() - FAILURES_WITHIN.total_seconds()
        while failures and failures[0] <= earliest:
            failures.popleft()
        return failures

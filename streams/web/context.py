"""What do the routes share? One object per server: settings, log, store, clock, tokens, sessions, the event stream."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.requests import HTTPConnection

from streams.clock import Clock
from streams.errors import InfrastructureError
from streams.log.protocol import Log
from streams.settings import Settings
from streams.store.database import Store
from streams.web.books import Books
from streams.web.intake import Intake
from streams.web.sessions import FailedLogins, Sessions
from streams.web.tokens import Tokens

if TYPE_CHECKING:
    from streams.web.hub import Hub

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_ASK_AGAIN_S: Final = 1.0


def is_loopback(host: str) -> bool:
    """Whether a host to bind to is this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    return host in LOOPBACK or (host.startswith("127.") and host.replace(".", "").isdecimal())


@dataclass(slots=True)
class Web:
    """``local_name``: the actor of changes while the server has no tokens. ``log()`` lends the one log of this process
    that routes write and read with; the event stream follows with its own."""

    settings: Settings
    open_log: Callable[[], Log]
    store: Store
    clock: Clock
    tokens: Tokens
    sessions: Sessions
    failed_logins: FailedLogins
    local_name: str
    hub: Hub
    books: Books = field(default_factory=Books)
    intake: Intake = field(default_factory=Intake)
    open_csrf: str = field(default_factory=lambda: secrets.token_hex(32))
    _log: Log | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: tuple[datetime, bool] | None = None

    @contextmanager
    def log(self) -> Iterator[Log]:
        """Borrow the log; others wait. A failure closes it, the next borrower connects anew."""
        with self._lock:
            if self._log is None:
                self._log = self.open_log()
            try:
                yield self._log
            except InfrastructureError:
                self._drop_log()
                raise

    def is_open(self) -> bool:
        """Whether the server has no tokens, and so serves everybody on this machine. Asked again each second."""
        if not is_loopback(self.settings.web_host):
            return False
        now = self.clock()
        if self._open is None or not 0 <= (now - self._open[0]).total_seconds() < _ASK_AGAIN_S:
            self._open = (now, not self.tokens.has_any())
        return self._open[1]

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this server by https, through a proxy."""
        return self.settings.web_public_url.startswith("https://")

    def close(self) -> None:
        with self._lock:
            self._drop_log()

    def _drop_log(self) -> None:
        log, self._log = self._log, None
        if log is not None:
            with suppress(Exception):
                log.close()


def web_of(request: HTTPConnection) -> Web:
    """The server's context, from a request."""
    web = request.app.state.web
    assert isinstance(web, Web)
    return web

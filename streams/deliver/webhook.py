"""How does a notification reach an HTTP receiver? As Standard Webhooks 1.0 has it, one POST an attempt.

- Headers ``webhook-id`` (the same in all attempts), ``webhook-timestamp`` (the attempt's), ``webhook-signature``: a
  ``v1`` HMAC-SHA256 of ``id.timestamp.body`` for each signing secret, so that two are valid during a rotation.
- Only 2xx is success. 410 disables; 429, 502 and 504 throttle; everything else, redirects too, fails and is retried.
- The receiver is a stranger: it is reached through the guard, by no proxy, its certificate is checked, its cookies
  and its compression are not taken. Its status counts as soon as it is there; of the body some kB are read, for a
  moment, only to use the connection again. The whole attempt ends after ``timeout_s``.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

import aiohttp
from yarl import URL

from streams import __version__
from streams.deliver.answer import Answer, Verdict
from streams.deliver.background import TooManyThreads
from streams.deliver.destinations import NotAllowed, Spec, answer_of_error
from streams.deliver.guard import (
    GuardedResolver,
    Lookup,
    RefusedAddress,
    check_url,
    guarded_socket,
    read_allowed,
    read_url,
)
from streams.deliver.lookup import system_lookup
from streams.deliver.notification import CONTENT_TYPE, Notification, render_event
from streams.deliver.secrets import Secrets, signing_key
from streams.settings import Settings

DEFAULT_TIMEOUT_S = 15
MAX_TIMEOUT_S = 30
MAX_RETRY_AFTER_S = 86_400.0
MAX_BODY_BYTES = 4_096
BODY_GRACE_S = 0.2
# shorter than servers keep theirs (5 s is usual): a connection they close while we write fails the attempt
KEEP_ALIVE_S = 2.0
REDIRECTED = "redirects are not followed; subscribe with the address it leads to"
NOT_HTTP = "the answer is not valid HTTP"
THROTTLED = (429, 502, 504)
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def sign(keys: Sequence[bytes], delivery_id: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature``: one signature a key."""
    signed = b".".join((delivery_id.encode(), str(timestamp).encode(), body))
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode() for key in keys)


def verdict_of_status(status: int) -> Verdict:
    """
    >>> [verdict_of_status(status) for status in (204, 302, 410, 429, 500)]
    ['delivered', 'retry', 'gone', 'throttled', 'retry']
    """
    if 200 <= status <= 299:
        return "delivered"
    if status == 410:
        return "gone"
    return "throttled" if status in THROTTLED else "retry"


def read_retry_after(header: str | None, at: datetime) -> float | None:
    """Seconds from ``at``, of a number or an HTTP date; 0 to one day. None for what is neither.

    >>> read_retry_after("120", datetime(2023, 2, 16, tzinfo=UTC))
    120.0
    """
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return min(float(header), MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(header[:64])
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        wait_s = (until - at).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait_s, 0.0), MAX_RETRY_AFTER_S)


class WebhookDestination:
    """One receiver, with connections of its own."""

    def __init__(self, spec: Spec, settings: Settings, secrets: Secrets, lookup: Lookup | None) -> None:
        self._address: str | None = spec["address"]
        self._address_secret: str | None = spec["address_secret"]
        self._signing: list[str] = list(spec["signing_secrets"])
        self._timeout_s = min(float(spec.get("timeout_s") or DEFAULT_TIMEOUT_S), MAX_TIMEOUT_S)
        self._allow_private = settings.allow_private
        self._allowed = read_allowed(settings.allow_private)
        self._secrets = secrets
        self._lookup = lookup or system_lookup
        self._session: aiohttp.ClientSession | None = None
        self._target: tuple[str, URL] | None = None
        if self._address_secret is None:
            self._check(self._address or "")

    async def send(self, notification: Notification, at: datetime) -> Answer:
        """POST once."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                status, retry_after = await self._post(notification, at)
        except Exception as error:
            return self._answer_of(error, _ms_since(began))
        if not 200 <= status <= 599:
            return Answer("retry", None, None, NOT_HTTP, _ms_since(began))
        detail = f"HTTP {status}"
        if 300 <= status <= 399:
            detail += f": {REDIRECTED}"
        wait_s = None if 200 <= status <= 299 else read_retry_after(retry_after, at)
        return Answer(verdict_of_status(status), status, wait_s, detail, _ms_since(began))

    async def close(self) -> None:
        """Close its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, notification: Notification, at: datetime) -> tuple[int, str | None]:
        if not self._signing:
            raise NotAllowed("the webhook has no signing secret; give the subscription one, such as file:acme-hook")
        keys = [signing_key(self._secrets.read(reference), reference) for reference in self._signing]
        url = self._secrets.read(self._address_secret).reveal() if self._address_secret else self._address or ""
        target = self._check(url)
        body = render_event(notification)
        timestamp = int(at.timestamp())
        headers = {
            "content-type": CONTENT_TYPE,
            "user-agent": f"newsvane/{__version__}",
            "accept": "*/*",
            "accept-encoding": "identity",
            "webhook-id": notification.delivery_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(keys, notification.delivery_id, timestamp, body),
        }
        response = await self._open_session().post(target, data=body, headers=headers, allow_redirects=False)
        try:
            status, retry_after = response.status, response.headers.get("Retry-After")
            is_whole = await _read_some(response)
        except BaseException:
            response.close()
            raise
        if is_whole:
            response.release()
        else:
            response.close()
        return status, retry_after

    def _check(self, url: str) -> URL:
        """The URL as it was judged, which is the same for as long as it is the same text."""
        if self._target is None or self._target[0] != url:
            check_url(url, self._allow_private)
            self._target = url, read_url(url)
        return self._target[1]

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(self._allowed, self._lookup),
                socket_factory=guarded_socket(self._allowed),
                keepalive_timeout=KEEP_ALIVE_S,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                read_bufsize=MAX_BODY_BYTES,
            )
        return self._session

    def _answer_of(self, error: Exception, took_ms: int) -> Answer:
        """Words of our own: those of the library quote the URL, and what the receiver sent."""
        if isinstance(error, RefusedAddress) and self._address_secret:
            hidden = f"the address behind {self._address_secret} is not an http(s) URL that may be called"
            return Answer("refused", None, None, hidden, took_ms)
        detail = _in_words(error, self._timeout_s)
        return Answer("retry", None, None, detail, took_ms) if detail else answer_of_error(error, took_ms)


async def _read_some(response: aiohttp.ClientResponse) -> bool:
    """Take what little there may be; whether that was all."""
    taken = 0
    try:
        async with asyncio.timeout(BODY_GRACE_S):
            while taken <= MAX_BODY_BYTES:
                chunk = await response.content.readany()
                if not chunk:
                    return True
                taken += len(chunk)
    except (TimeoutError, aiohttp.ClientError, ValueError):
        pass
    return False


def _in_words(error: Exception, timeout_s: float) -> str | None:
    """What went wrong on the way, without address; None for what is no trouble of the way."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return "the certificate is not valid for this address"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "no TLS connection could be made"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout_s:g} s"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host name was not found"
    if isinstance(error, TooManyThreads):
        return "too many look-ups of host names hang; asked for no more"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection could be made"
    if isinstance(error, aiohttp.ClientConnectionError | ConnectionError):
        return "the connection ended before an answer came"
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        return NOT_HTTP
    if isinstance(error, aiohttp.ClientError | OSError):
        return "the receiver could not be reached"
    return None


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

"""How does a notification reach people by mail or chat? As plain text through Apprise, in a thread.

The address is an Apprise URL (``mailtos://…``, ``slack://…``, ``tgram://…``) and a secret as a whole, so it is always a
reference. Apprise connects on its own, past the guard: ``NEWSVANE_ALLOW_APPRISE`` must be on, and then whoever may
write the secrets file decides where to. Services that act on this machine (desktops, the system log) are refused.

Limits: a thread can't be ended. An attempt that times out may still arrive, so its repeat may be a second message;
until the thread has ended no other one is begun.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from datetime import datetime
from typing import Any
from urllib.parse import quote

from streams.deliver.answer import Answer
from streams.deliver.background import Threads, TooManyThreads
from streams.deliver.destinations import NotAllowed, Spec, answer_of_error
from streams.deliver.notification import Notification, render_text
from streams.deliver.secrets import SecretError, Secrets
from streams.model.words import clean
from streams.settings import Settings

MAX_TITLE_CHARACTERS = 200
_LOCAL = frozenset({"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "rsyslog"})
_SCHEME = re.compile(r"([a-z0-9]{2,32})://\S+", re.ASCII | re.IGNORECASE)
_MAIL = ("mailto", "mailtos")
_TALKATIVE = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib", "paho", "slixmpp")


class ChatDestination:
    """One mailbox or chat."""

    def __init__(self, spec: Spec, settings: Settings, secrets: Secrets) -> None:
        if settings.allow_apprise != "on":
            raise NotAllowed(
                f"destination kind {spec['kind']!r} is not allowed here; NEWSVANE_ALLOW_APPRISE=on allows mail and chat"
            )
        self._kind: str = spec["kind"]
        self._reference: str | None = spec["address_secret"]
        self._recipient: str | None = spec["address"]
        self._timeout_s = float(spec.get("timeout_s") or 30)
        self._secrets = secrets
        self._one = Threads(1)

    async def send(self, notification: Notification, at: datetime) -> Answer:
        """Hand the text to the service once."""
        began = time.monotonic()
        try:
            url = self._url()
            title, text = clean(notification.title, MAX_TITLE_CHARACTERS), render_text(notification)
            async with asyncio.timeout(self._timeout_s):
                taken = await self._one.run(lambda: _notify(url, title, text))
        except TimeoutError:
            return Answer("retry", None, None, f"no answer within {self._timeout_s:g} s", _ms_since(began))
        except TooManyThreads:
            return Answer("retry", None, None, "the attempt before has not ended", _ms_since(began))
        except Exception as error:
            return answer_of_error(error, _ms_since(began))
        if taken:
            return Answer("delivered", None, None, "taken by the service", _ms_since(began))
        return Answer("retry", None, None, "the service did not take it", _ms_since(began))

    async def close(self) -> None:
        """Nothing is held."""

    def _url(self) -> str:
        if self._reference is None:
            raise SecretError(
                f"destination kind {self._kind!r} needs address_secret: a reference to its Apprise URL, such as "
                "file:desk-chat"
            )
        url = self._secrets.read(self._reference).reveal()
        found = _SCHEME.fullmatch(url)
        scheme = found[1].lower() if found else ""
        if not scheme or scheme in _LOCAL or (self._kind == "email") != (scheme in _MAIL):
            expected = "mailto://… or mailtos://…" if self._kind == "email" else "slack://…, tgram://…, matrixs://…"
            raise SecretError(f"secret {self._reference} is no Apprise URL for {self._kind}; expected {expected}")
        if self._kind == "email" and self._recipient:
            url += f"{'&' if '?' in url else '?'}to={quote(self._recipient, safe='')}"
        return url


def _notify(url: str, title: str, text: str) -> bool:
    """Send through Apprise; what it and its libraries log quotes addresses, which are secrets, and is left out."""
    import apprise  # takes 0.2 s, which most processes never need

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(
        app_id="Newsvane", app_desc="Newsvane", async_mode=False, storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    service: Any = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        raise SecretError("the secret address is no URL that Apprise can read; see its documentation of the service")
    room = getattr(service, "body_maxlen", len(text))
    body = text if len(text) <= room else text[: room - 1] + "…"
    return bool(service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

"""Where does a notification go? ``open_destination`` makes the sender of a subscription's ``destination``.

| kind | how | what must allow it |
|---|---|---|
| ``webhook`` | Standard Webhooks 1.0 over HTTP (``webhook.py``) | ``NEWSVANE_ALLOW_PRIVATE`` if not public |
| ``email``, ``chat`` | Apprise, which connects on its own (``chat.py``) | ``NEWSVANE_ALLOW_APPRISE`` |
| ``file`` | a JSON line each (``lines.py``) | ``NEWSVANE_DELIVER_FOLDER`` |

A destination resolves its secrets at each attempt, and answers rather than raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from streams.deliver.answer import Answer, Verdict
from streams.deliver.guard import Lookup, RefusedAddress
from streams.deliver.notification import Notification
from streams.deliver.secrets import Secrets
from streams.errors import NewsvaneError
from streams.settings import Settings

Spec = Mapping[str, Any]
"""``destination`` of a Subscription record: kind, address, address_secret, path, signing_secrets, timeout_s."""


class NotAllowed(NewsvaneError):
    """A kind of destination that this installation does not send to."""


class Destination(Protocol):
    """Sends one notification after the other."""

    async def send(self, notification: Notification, at: datetime) -> Answer:
        """Make one attempt; ``at`` is its time. Raises nothing but CancelledError."""

    async def close(self) -> None:
        """Let go of connections and files."""


def open_destination(spec: Spec, settings: Settings, secrets: Secrets, *, lookup: Lookup | None = None) -> Destination:
    """The sender for a subscription's destination. Raises NotAllowed, RefusedAddress and SettingError.

    ``lookup`` resolves names instead of the system.
    """
    from streams.deliver.chat import ChatDestination
    from streams.deliver.lines import FileDestination
    from streams.deliver.webhook import WebhookDestination

    kind = spec["kind"]
    if kind == "webhook":
        return WebhookDestination(spec, settings, secrets, lookup)
    if kind in ("email", "chat"):
        return ChatDestination(spec, settings, secrets)
    if kind == "file":
        return FileDestination(spec, settings)
    raise NotAllowed(f"destination kind {kind!r} is unknown; expected webhook, email, chat or file")


def answer_of_error(error: Exception, took_ms: int = 0) -> Answer:
    """What an error means: a refusal stays one until somebody changes something, all else may pass.

    The message of an error that is not ours is left out: it may quote an address or a secret.
    """
    verdict: Verdict = "refused" if isinstance(error, NotAllowed | RefusedAddress) else "retry"
    detail = str(error) if isinstance(error, NewsvaneError) else f"unexpected {type(error).__name__}"
    return Answer(verdict, None, None, detail, took_ms)

"""What is sent? One ``Notification`` and its two forms: a signed event for programs, plain text for people.

``render_event`` makes CloudEvents 1.0 structured JSON that is a Standard Webhooks 1.0 payload as well (``type``,
``timestamp``, ``data``). The same notification gives the same bytes in every attempt. It stays under 20 kB: what is too
long is shortened by ``shorten``, never cut as text, and ``data.shortened`` says where and how much was left out;
the whole record is found by the ids that stay.

``render_text`` makes the text for mail and chat. Articles are hostile: nothing in the text pings a channel.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from streams.deliver.shorten import is_surely_longer, shorten
from streams.model.records import Alert
from streams.model.times import format_utc
from streams.model.words import alert_lines, clean, heading_in_words, holder_in_words, news_in_words

MAX_EVENT_BYTES = 20_000
MAX_TEXT_LINES = 200
MAX_TEXT_CHARACTERS = 6_000
SOURCE = "urn:newsvane"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SCHEMA = "urn:newsvane:schema:notification:1"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one destination. ``data`` is JSON-able (``{"alert": {…}}``, ``{"alerts": […]}`` …); ``title``
    and ``text`` are the same for people. ``delivery_id`` stays the same over all attempts."""

    delivery_id: str
    subscription_id: str
    event_type: str
    watch_id: str | None
    subject: str | None
    occurred_at: datetime
    data: Mapping[str, Any]
    title: str
    text: str


def render_event(notification: Notification) -> bytes:
    """The body of a webhook and the line of a file."""
    at = format_utc(notification.occurred_at)
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": notification.delivery_id,
        "source": SOURCE,
        "type": notification.event_type,
        "time": at,
        "timestamp": at,
        "datacontenttype": "application/json",
        "dataschema": SCHEMA,
    }
    if notification.subject:
        envelope["subject"] = clean(notification.subject)
    data = {
        "subscription_id": notification.subscription_id,
        "watch_id": notification.watch_id,
        "title": notification.title,
        "text": notification.text,
        **notification.data,
    }
    if not is_surely_longer(data, MAX_EVENT_BYTES):
        with contextlib.suppress(orjson.JSONEncodeError):  # no JSON in it: shorten makes some
            whole = orjson.dumps({**envelope, "data": data})
            if len(whole) <= MAX_EVENT_BYTES:
                return whole
    room = MAX_EVENT_BYTES - len(orjson.dumps({**envelope, "data": None}))
    return orjson.dumps({**envelope, "data": shorten(data, room)})


def render_text(notification: Notification) -> str:
    """The title, the text line by line, and the id to ask about; without control characters and without mentions."""
    lines = [clean(notification.title), ""]
    lines += [clean(line) for line in notification.text.splitlines()[:MAX_TEXT_LINES]]
    text = "\n".join(lines).rstrip()
    if len(text) > MAX_TEXT_CHARACTERS:
        text = text[:MAX_TEXT_CHARACTERS].rstrip() + "…"
    return defuse(f"{text}\n\ndelivery {notification.delivery_id}")


def defuse(text: str) -> str:
    """Break what chat services read as a call to everybody or somebody, with a word joiner nobody sees.

    >>> defuse("<!channel> @here").replace("\\u2060", "|")
    '<|!channel> @|here'
    """
    return text.replace("<!", "<\u2060!").replace("&lt;!", "&lt;\u2060!").replace("@", "@\u2060")


def alert_title(alert: Alert) -> str:
    """One line: ``notice: CONDITIONAL Alexander Lukashenko (president, Belarus)``."""
    said = alert["statement"]
    who = " ".join(("", *filter(None, holder_in_words(said)))) if said else f" {clean(alert['article']['title'], 120)}"
    return f"{clean(alert['severity'])}: {heading_in_words(alert)}{who}"


def alert_text(alert: Alert, watch_title: str | None = None) -> str:
    """The alert as the terminal shows it, without its heading: question and watch, then line by line."""
    if alert["status"] == "superseded":
        return f"ended   watch {clean(alert['watch_id'])} v{alert['watch_version']}"
    question = clean(alert["question"] or watch_title or "")
    lines = [question] if question else []
    lines.append(news_in_words(alert))
    for label, text in alert_lines(alert):
        first, *rest = text.split("\n")
        lines.append(f"{label}: {first}")
        lines += rest
    url = alert["article"]["url"]
    if url:
        lines.append(clean(url, 500))
    lines.append(f"Id: {alert['alert_id']}")
    return "\n".join(lines)

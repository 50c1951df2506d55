"""Does a destination work? One made-up alert, said to be one in every place that a person or a program looks at."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from streams.clock import Clock, utc_now
from streams.deliver.answer import Answer
from streams.deliver.destinations import answer_of_error, open_destination
from streams.deliver.notification import Notification, alert_text, alert_title
from streams.deliver.secrets import Secrets
from streams.model.ids import digest
from streams.model.records import Alert, Carrier, Condition, Evidence, Highlight, Reach, Statement
from streams.model.times import format_utc, format_utc_ms
from streams.settings import Settings

EVENT_TYPE = "newsvane.sample"


def make_sample(subscription_id: str, at: datetime) -> Notification:
    """The notification of a sample; its id is of this subscription and moment."""
    alert = sample_alert(at)
    return Notification(
        delivery_id=digest("sample", subscription_id, format_utc_ms(at)),
        subscription_id=subscription_id,
        event_type=EVENT_TYPE,
        watch_id=None,
        subject="sample",
        occurred_at=at,
        data={"sample": True, "alert": alert},
        title=f"SAMPLE, no real alert: {alert_title(alert)}",
        text=f"This is a sample: somebody tries this destination. Nothing of it happened.\n\n{alert_text(alert)}",
    )


def send_sample(
    settings: Settings,
    subscription: Mapping[str, Any],
    *,
    environ: Mapping[str, str] | None = None,
    now: Clock = utc_now,
) -> Answer:
    """Send a sample to the subscription's destination, once, and wait for the answer. Not inside of an event loop."""
    secrets = Secrets(os.environ if environ is None else environ, settings.secrets_file)
    at = now()
    notification = make_sample(subscription["subscription_id"], at)

    async def send() -> Answer:
        try:
            destination = open_destination(subscription["destination"], settings, secrets)
        except Exception as error:
            return answer_of_error(error)
        try:
            return await destination.send(notification, at)
        finally:
            await destination.close()

    return asyncio.run(send())


def sample_alert(at: datetime) -> Alert:
    """An alert about a country that is not there, as the schema has it."""
    day = format_utc(at)
    title = "Sample: Norland will join 'only if attacked'"
    carrier = Carrier(
        article_id=digest("sample", "article"),
        outlet="harbour-times.example",
        url="https://harbour-times.example/sample",
        title=title,
        published_at=day,
        kind="original",
    )
    statement = Statement(
        holder="Arvo Kell",
        holder_id="kell",
        holder_role="president of Norland",
        authority="state",
        stance="conditional",
        condition=Condition(text="only if we are attacked", kind="only-if", trigger="attack", met="not-reported"),
        default="refuses",
        lane="word",
        negated=False,
        modality="would",
        horizon=None,
        evidence=Evidence(field="text", text="We would join the war only if we are attacked", start=0, end=46),
        directness="direct",
        said_at=day[:10],
        status="asserted",
        confidence=0.9,
    )
    return Alert(
        alert_id=digest("sample", "alert"),
        watch_id="sample",
        watch_version=1,
        status="live",
        revision=digest("sample", "revision"),
        kind="first-mention",
        severity="notice",
        question="Will Norland's army join the war? (a sample)",
        story_id=digest("sample", "story"),
        label="conditional",
        statement=statement,
        statement_id=digest("sample", "statement"),
        also=[],
        change=None,
        article=carrier,
        carriers=[carrier],
        reach=Reach(outlets=1, articles=1, copies=0),
        highlights=[Highlight(field="title", start=8, end=15, term="Norland")],
        left_out=[],
        first_published_at=day,
        first_arrived_at=format_utc_ms(at),
        backfill=False,
        rules={},
    )

"""What people write down, as types: subscriptions, silences, acknowledgements, feedback. ``schemas/records/`` is the
contract; a test holds the two together.

Subscriptions, silences and acknowledgements have versions, counted from 1: the latest counts, the others are history.
A feedback is never changed; an undo takes it back.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

PeopleKind = Literal["subscription", "silence", "acknowledgement", "feedback"]
DestinationKind = Literal["webhook", "email", "chat", "file"]
FeedbackKind = Literal["wrong", "relabel", "undo", "comment"]
MatcherField = Literal[
    "watch_id", "alert_id", "story_id", "kind", "severity", "label", "holder_id", "outlet", "language", "phrase"
]


class Filters(TypedDict):
    """All must hold; empty lists mean any."""

    kinds: list[str]
    severities: list[Literal["notice", "warning", "critical"]]
    labels: list[str]
    languages: list[str]
    outlets: NotRequired[list[str]]
    min_outlets: int
    backfill: bool


class Destination(TypedDict):
    """``address_secret`` and ``signing_secrets`` are references (``env:NAME``, ``file:NAME``), the newest key first."""

    kind: DestinationKind
    address: str | None
    address_secret: str | None
    path: NotRequired[str | None]
    signing_secrets: list[str]
    timeout_s: int


class Timing(TypedDict):
    group_wait_s: int
    group_interval_s: int
    repeat_interval_s: int | None
    hourly_cap: int | None
    digest_interval_s: int | None
    heartbeat_interval_s: int | None
    max_age_s: int
    max_published_age_s: NotRequired[int | None]
    time_zone: NotRequired[str | None]
    digest_at: NotRequired[str | None]


class Subscription(TypedDict):
    """``subscriptions``: which alerts go to which destination, one version of it."""

    subscription_id: str
    version: int
    status: Literal["active", "disabled"]
    title: str
    owner: str
    watches: list[str]
    filters: Filters
    destination: Destination
    timing: Timing
    changed_by: str
    changed_at: str
    change_reason: NotRequired[str | None]


class Matcher(TypedDict):
    field: MatcherField
    operator: Literal["=", "!="]
    value: str


class Silence(TypedDict):
    """``silences``: who muted what, why and until when, one version of it."""

    silence_id: str
    version: int
    status: Literal["active", "ended"]
    matchers: list[Matcher]
    alert_id: NotRequired[str | None]
    known_hardenings: NotRequired[list[str]]
    starts_at: str
    ends_at: str
    pierced_by_hardening: bool
    reason: str
    actor: str
    created_at: str
    changed_at: str


class Acknowledgement(TypedDict):
    """``acknowledgements``: who has taken note of which alert, at which stance, one version of it."""

    acknowledgement_id: str
    version: int
    status: Literal["active", "withdrawn"]
    alert_id: str
    watch_id: str
    revision: str
    label: str
    statement_id: str | None
    trigger: NotRequired[str | None]
    was_hardening: NotRequired[bool]
    direction: NotRequired[str | None]
    actor: str
    reason: str | None
    acknowledged_at: str
    expires_at: str | None
    changed_at: NotRequired[str]


class Feedback(TypedDict):
    """``feedback``: what somebody says about an alert, a mention or an article."""

    feedback_id: str
    kind: FeedbackKind
    watch_id: str
    watch_version: int
    alert_id: str | None
    mention_id: str | None
    article_id: str | None
    label_before: str | None
    label: NotRequired[str]
    undoes: NotRequired[str]
    comment: NotRequired[str]
    actor: str
    given_at: str
    rules: dict[str, str]

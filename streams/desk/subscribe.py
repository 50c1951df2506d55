"""Which alerts go where, and when? A subscription is made and changed here; delivery reads what comes out.

``build_subscription`` takes what somebody wants, a part of the record's shape, lays it over the version before (or over
the defaults) and checks in this order: unknown fields; secrets, before anything is quoted; lists; the destination; the
timing. Durations may be texts (``30s``, ``5m``, ``4h``, ``2d``; ``hourly`` and ``daily`` for digests) or seconds.

Secrets are references, ``env:NEWSVANE_SECRET_…`` or ``file:KEY`` of the secrets file. A plain secret, and an address
that holds one (a user, a token in the query, the URLs of chat services), is refused without being shown. Limits: a
token in a path that looks like ordinary words is not recognised.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas import records, validate
from streams.errors import NewsvaneError, RefusedChange
from streams.model.people import Destination, Filters, Subscription, Timing
from streams.model.times import format_utc_ms, parse_duration
from streams.settings import SECRET_PREFIX

DEFAULT_FILTERS: Final[Filters] = {
    "kinds": [], "severities": [], "labels": [], "languages": [], "outlets": [], "min_outlets": 0, "backfill": False,
}  # fmt: skip
DEFAULT_TIMING: Final[Timing] = {
    "group_wait_s": 30,
    "group_interval_s": 300,
    "repeat_interval_s": None,
    "hourly_cap": 20,
    "digest_interval_s": None,
    "heartbeat_interval_s": None,
    "max_age_s": 172_800,
}
DEFAULT_DESTINATION: Final[dict[str, Any]] = {
    "kind": None, "address": None, "address_secret": None, "path": None, "signing_secrets": [], "timeout_s": 15,
}  # fmt: skip
WITHOUT_AXIS: Final = frozenset({"none", "not-assessed"})
"""Labels that an alert may have whatever its watch asks."""

_TOP: Final = ("title", "owner", "watches", "filters", "destination", "timing")
_VERSIONED: Final = ("version", "status", "changed_by", "changed_at", "change_reason")
_NAMED_INTERVALS: Final = {"hourly": 3_600, "daily": 86_400}
_REFERENCE: Final = re.compile(r"(env|file):([A-Za-z0-9_.-]{1,128})", re.ASCII)
_SECRET_NAMES: Final = re.compile(r"token|secret|passw|pwd|api_?key|^key$|^sig|signature|auth|code", re.IGNORECASE)
_CHAT_PATHS: Final = re.compile(
    r"hooks\.slack\.com/|discord(app)?\.com/api/webhooks/|\.webhook\.office\.com/|api\.telegram\.org/bot"
    r"|chat\.googleapis\.com/v1/spaces/",
    re.IGNORECASE,
)
_HEX: Final = re.compile(r"[0-9a-f]{24,}", re.IGNORECASE)
_MAIL: Final = re.compile(r"[^/@\s]{1,64}@[^/@\s]{1,253}")

CheckUrl = Callable[[str], None]
"""Refuses an address that this installation does not call (``streams.deliver.guard.check_url``)."""


def build_subscription(
    subscription_id: str,
    wanted: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    before: Subscription | None = None,
    reason: str | None = None,
    known_watches: Collection[str] | None = None,
    known_labels: Collection[str] | None = None,
    check_url: CheckUrl | None = None,
) -> Subscription:
    """The next version. ``known_*``: what there is; None: not checked. Raises RefusedChange and, from the schema,
    InvalidRecord; both name the field."""
    _refuse_unknown("", wanted, _TOP)
    destination = _destination(wanted.get("destination"), before, check_url)
    filters = _filters(wanted.get("filters"), before)
    watches = _texts("watches", wanted.get("watches", before["watches"] if before else []))
    if known_watches is not None:
        _refuse_strangers("watches", watches, known_watches, "the id of a watch", "'newsvane watch list' shows them")
    if known_labels is not None and "labels" in (wanted.get("filters") or ()):
        labels = {*known_labels, *WITHOUT_AXIS}
        _refuse_strangers(
            "filters/labels", filters["labels"], labels, "a label of the watches", "see the watch's stance"
        )
    built: dict[str, Any] = {
        **(before or {}),
        "subscription_id": subscription_id,
        "version": before["version"] + 1 if before else 1,
        "status": before["status"] if before else "active",
        "title": wanted.get("title", before["title"] if before else subscription_id),
        "owner": wanted.get("owner", before["owner"] if before else actor),
        "watches": watches,
        "filters": filters,
        "destination": destination,
        "timing": _timing(wanted.get("timing"), before),
        **_stamp(actor, now, reason, before),
    }
    validate("subscription", built)
    return cast(Subscription, built)


def build_status(
    before: Subscription, status: str, *, actor: str, now: datetime, reason: str | None = None
) -> Subscription:
    """The version that is ``active`` or ``disabled``. Raises RefusedChange where it is so already."""
    if before["status"] == status:
        raise RefusedChange(
            "status", status, "another status than now", f"it is {status} since {before['changed_at']}; nothing to do"
        )
    built = {**before, "version": before["version"] + 1, "status": status, **_stamp(actor, now, reason, before)}
    validate("subscription", built)
    return cast(Subscription, built)


def is_same_definition(one: Subscription, other: Subscription) -> bool:
    """Whether two versions send the same to the same place at the same times."""
    return _definition(one) == _definition(other)


def _definition(subscription: Subscription) -> dict[str, Any]:
    return {field: value for field, value in subscription.items() if field not in _VERSIONED}


def _stamp(actor: str, now: datetime, reason: str | None, before: Subscription | None) -> dict[str, Any]:
    at = format_utc_ms(now)
    return {
        "changed_by": actor,
        "changed_at": max(at, before["changed_at"]) if before else at,
        "change_reason": reason or None,
    }


def _filters(wanted: Any, before: Subscription | None) -> Filters:
    asked = _block("filters", wanted)
    _refuse_unknown("filters/", asked, DEFAULT_FILTERS)
    found: dict[str, Any] = {**DEFAULT_FILTERS, **(before["filters"] if before else {}), **asked}
    for field in ("kinds", "severities", "labels", "languages", "outlets"):
        found[field] = _texts(f"filters/{field}", found[field])
    found["outlets"] = [outlet.lower() for outlet in found["outlets"]]
    kinds = records()["alert"]["properties"]["kind"]["enum"]
    _refuse_strangers("filters/kinds", found["kinds"], kinds, "a kind of alert", f"there are {', '.join(kinds)}")
    return cast(Filters, found)


def _timing(wanted: Any, before: Subscription | None) -> Timing:
    asked = {
        field: _seconds(f"timing/{field}", value) if field.endswith("_s") else value
        for field, value in _block("timing", wanted).items()
    }
    timing: dict[str, Any] = {**DEFAULT_TIMING, **(before["timing"] if before else {}), **asked}
    _refuse_unknown("timing/", asked, records()["subscription"]["$defs"]["timing"]["properties"])
    wait, most = timing["group_wait_s"], timing["max_age_s"]
    if isinstance(wait, int) and isinstance(most, int) and most <= wait:
        raise RefusedChange(
            "timing/max_age_s",
            most,
            f"more than the group_wait of {wait} s",
            "else every alert is too old when it is sent",
        )
    repeat, interval = timing["repeat_interval_s"], timing["group_interval_s"]
    if isinstance(repeat, int) and isinstance(interval, int) and repeat < interval:
        raise RefusedChange(
            "timing/repeat_interval_s", repeat, f"at least the group_interval of {interval} s", "or null for never"
        )
    zone = timing.get("time_zone")
    if isinstance(zone, str) and not _is_zone(zone):
        raise RefusedChange("timing/time_zone", zone, "a name such as Europe/Berlin", "leave it out for UTC")
    return cast(Timing, timing)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _seconds(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value in _NAMED_INTERVALS:
        return _NAMED_INTERVALS[value]
    try:
        return parse_duration(value)
    except ValueError:
        raise RefusedChange(field, value, "a duration such as 30s, 5m, 4h or 2d", "or whole seconds") from None


def _destination(wanted: Any, before: Subscription | None, check_url: CheckUrl | None) -> Destination:
    asked = _block("destination", wanted)
    kept: Mapping[str, Any] = before["destination"] if before else {}
    if asked.get("kind", kept.get("kind")) != kept.get("kind"):
        kept = {}  # another kind of place has nothing in common with the one before
    found: dict[str, Any] = {**DEFAULT_DESTINATION, **kept, **asked}
    _refuse_unknown("destination/", asked, DEFAULT_DESTINATION)
    if found["kind"] is None:
        raise RefusedChange("destination/kind", "", "webhook, email, chat or file", "say where the alerts go")
    _check_references(found)
    check = _CHECKS.get(found["kind"])
    if check is not None:  # else the schema says what is wrong
        check(found)
    if check_url is not None and found["kind"] == "webhook" and isinstance(found["address"], str):
        try:
            check_url(found["address"])
        except NewsvaneError as error:
            raise RefusedChange(
                "destination/address", None, "an address that this installation calls", str(error)
            ) from None
    if found["path"] is None:
        del found["path"]
    return cast(Destination, found)


def _check_references(found: Mapping[str, Any]) -> None:
    secrets = found["signing_secrets"]
    if not isinstance(secrets, list | tuple):
        raise RefusedChange("destination/signing_secrets", None, "a list of references", "such as [file:desk-hook]")
    for at, text in enumerate(secrets):
        _check_reference(f"destination/signing_secrets/{at}", text)
    if found["address_secret"] is not None:
        _check_reference("destination/address_secret", found["address_secret"])


def _check_reference(field: str, text: Any) -> None:
    reference = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
    if reference is None or reference[2].startswith("whsec_"):
        raise RefusedChange(
            field, None, f"a reference, env:{SECRET_PREFIX}… or file:KEY, never the secret itself",
            "put the secret into such a variable, or as a line 'KEY: …' into the file that NEWSVANE_SECRETS_FILE names",
        )  # fmt: skip
    if reference[1] == "env" and not reference[2].startswith(SECRET_PREFIX):
        raise RefusedChange(
            field, text, f"a variable that begins with {SECRET_PREFIX}", "rename it: no other variable is read"
        )


def _check_webhook(found: Mapping[str, Any]) -> None:
    address = found["address"]
    if (address is None) == (found["address_secret"] is None):
        raise RefusedChange(
            "destination/address", None, "a URL, or a reference to a secret one in address_secret", "give one of them"
        )
    if isinstance(address, str):
        _refuse_secret_url(address)
    if not found["signing_secrets"]:
        raise RefusedChange(
            "destination/signing_secrets", [], "a reference to the key that signs, so that the receiver can tell us",
            "'newsvane subscribe key NAME' makes one",
        )  # fmt: skip
    _refuse_field(found, "path", "webhook")


def _refuse_secret_url(address: str) -> None:
    remedy = "put the whole URL into the secrets file and refer to it as file:KEY in address_secret"
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        raise RefusedChange("destination/address", None, "an http(s) URL", "it can't be read as one") from None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise RefusedChange("destination/address", None, "an http(s) URL such as https://desk.example/hook", "give one")
    is_known = _CHAT_PATHS.search(f"{parts.netloc}{parts.path}") is not None
    has_token = any(_SECRET_NAMES.search(name) or _looks_drawn(value) for name, value in query)
    if "@" in address or is_known or has_token or any(map(_looks_drawn, parts.path.split("/"))):
        raise RefusedChange("destination/address", None, "a URL that holds no user, password, token or key", remedy)


def _looks_drawn(text: str) -> bool:
    """Whether a piece of a URL was made by chance and not by a person: long hexadecimal, or long mixed with digits."""
    bare = text.replace("-", "").replace("_", "")
    if _HEX.fullmatch(bare) and any(map(str.isdigit, bare)):
        return True
    has_all = any(map(str.isdigit, bare)) and any(map(str.islower, bare)) and any(map(str.isupper, bare))
    return len(bare) >= 20 and has_all


def _check_email(found: Mapping[str, Any]) -> None:
    address = found["address"]
    if address is not None and not (isinstance(address, str) and _MAIL.fullmatch(address)):
        raise RefusedChange("destination/address", None, "an e-mail address such as desk@north.example", "give one")
    if found["address_secret"] is None:
        raise RefusedChange(
            "destination/address_secret", "", "a reference to the Apprise URL of the mail server (mailtos://…)",
            "put it into the secrets file and refer to it as file:KEY",
        )  # fmt: skip
    _refuse_field(found, "path", "email")


def _check_chat(found: Mapping[str, Any]) -> None:
    if found["address"] is not None or found["address_secret"] is None:
        raise RefusedChange(
            "destination/address_secret", None, "a reference to the chat's Apprise URL, which is a secret as a whole",
            "put it into the secrets file and refer to it as file:KEY",
        )  # fmt: skip
    _refuse_field(found, "path", "chat")


def _check_file(found: Mapping[str, Any]) -> None:
    if not isinstance(found["path"], str) or not found["path"]:
        raise RefusedChange("destination/path", "", "the name of a file, such as alerts.jsonl", "give one")
    for field in ("address", "address_secret"):
        _refuse_field(found, field, "file")


def _refuse_field(found: Mapping[str, Any], field: str, kind: str) -> None:
    if found[field] is not None:
        raise RefusedChange(
            f"destination/{field}", None, f"nothing: a destination of kind {kind} has none", "leave it out"
        )


_CHECKS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    "webhook": _check_webhook,
    "email": _check_email,
    "chat": _check_chat,
    "file": _check_file,
}


def _block(name: str, wanted: Any) -> dict[str, Any]:
    if wanted is None:
        return {}
    if not isinstance(wanted, Mapping):
        raise RefusedChange(name, type(wanted).__name__, "an object", "give its fields by name")
    return dict(wanted)


def _texts(field: str, value: Any) -> list[str]:
    if not isinstance(value, Iterable) or isinstance(value, str | Mapping):
        raise RefusedChange(field, value, "a list of texts", "an empty one means any")
    found = list(value)
    if not all(isinstance(each, str) and each for each in found):
        raise RefusedChange(field, found, "a list of texts", "an empty one means any")
    return list(dict.fromkeys(found))


def _refuse_unknown(where: str, given: Iterable[str], known: Iterable[str]) -> None:
    fields = list(known)
    for name in given:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            remedy = f"did you mean {near[0]}?" if near else "leave it out"
            raise RefusedChange(f"{where}{name}"[:80], name, f"one of {', '.join(fields)}", remedy)


def _refuse_strangers(field: str, given: Iterable[str], known: Collection[str], what: str, remedy: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            raise RefusedChange(field, name, what, f"did you mean {near[0]}?" if near else remedy)

"""The options that say what a subscription is: the same for ``add`` and ``change``, named once.

``takes_wishes`` gives a command these options behind its own; the command gets what was given as one mapping, in the
shape of the record. An option that was not given is not in it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, Final, NamedTuple

import typer

from streams.errors import UsageError

ANY: Final = "any"
NONE: Final = "none"

Wishes = dict[str, Any]


class _Option(NamedTuple):
    """``place``: block and field in the record. ``clears``: the word that means nothing of it."""

    flag: str
    kind: Any
    metavar: str
    help: str
    place: tuple[str, str]
    clears: str | None = None


_LISTS: Final = "may be repeated; 'any' for all"
_KINDS: Final = ("first-mention", "stance-change", "corrected", "retracted")
OPTIONS: Final = (
    _Option("--webhook", str, "URL|REF", "send to this URL, or the secret one behind a reference", ("to", "webhook")),
    _Option("--secret", list[str], "REF", "reference to the key that signs; two while a key changes",
            ("destination", "signing_secrets")),
    _Option("--email", str, "ADDRESS", "send mail to it, through the server of --via", ("to", "email")),
    _Option("--via", str, "REF", "reference to the mail server's Apprise URL (mailtos://…)",
            ("destination", "address_secret")),
    _Option("--chat", str, "REF", "send to a chat: reference to its Apprise URL", ("to", "chat")),
    _Option("--file", str, "NAME", "append JSON lines to this file of NEWSVANE_DELIVER_FOLDER", ("to", "file")),
    _Option("--timeout", str, "TIME", "how long to wait for an answer; 15s", ("destination", "timeout_s")),
    _Option("--watch", list[str], "ID", f"alerts of this watch; {_LISTS}", ("top", "watches"), ANY),
    _Option("--kind", list[str], "KIND", f"{', '.join(_KINDS)}; {_LISTS}", ("filters", "kinds"), ANY),
    _Option("--severity", list[str], "LEVEL", f"notice, warning or critical; {_LISTS}", ("filters", "severities"), ANY),
    _Option("--label", list[str], "LABEL", f"of the watch's stance; {_LISTS}", ("filters", "labels"), ANY),
    _Option("--language", list[str], "LANGUAGE", f"such as en; {_LISTS}", ("filters", "languages"), ANY),
    _Option("--outlet", list[str], "OUTLET", f"that carries it; {_LISTS}", ("filters", "outlets"), ANY),
    _Option("--min-outlets", int, "N", "carried by so many outlets at least; 0", ("filters", "min_outlets")),
    _Option("--backfill", str, "yes|no", "whether history is sent too; no", ("filters", "backfill")),
    _Option("--group-wait", str, "TIME", "wait for more of a story before the first; 30s", ("timing", "group_wait_s")),
    _Option("--group-interval", str, "TIME", "between two about one story; 5m", ("timing", "group_interval_s")),
    _Option("--repeat", str, "TIME|none", "again if nobody acknowledges; none", ("timing", "repeat_interval_s"), NONE),
    _Option("--hourly-cap", str, "N|none", "most in an hour for a watch, the rest in a digest; 20",
            ("timing", "hourly_cap"), NONE),
    _Option("--digest", str, "TIME|none", "only digests: hourly, daily, or such as 6h; none",
            ("timing", "digest_interval_s"), NONE),
    _Option("--digest-at", str, "HH:MM|none", "when a day of digests ends; midnight", ("timing", "digest_at"), NONE),
    _Option("--time-zone", str, "ZONE|none", "of digests and heartbeats, such as Europe/Berlin; UTC",
            ("timing", "time_zone"), NONE),
    _Option("--heartbeat", str, "TIME|none", "a sign of life, so that quiet is no breakdown; none",
            ("timing", "heartbeat_interval_s"), NONE),
    _Option("--max-age", str, "TIME", "older news is not sent; 2d", ("timing", "max_age_s")),
    _Option("--max-published-age", str, "TIME|none", "what was published longer ago is not sent; none",
            ("timing", "max_published_age_s"), NONE),
    _Option("--title", str, "TEXT", "what people call it; its id", ("top", "title")),
    _Option("--owner", str, "NAME", "whose it is; the user here", ("top", "owner")),
)  # fmt: skip
_ADDRESSES: Final = {"webhook": "address", "email": "address", "chat": "address_secret", "file": "path"}


def takes_wishes(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``OPTIONS``; it is called with ``wishes``."""
    own = inspect.signature(command, eval_str=True)
    added = [
        inspect.Parameter(
            _name(option), inspect.Parameter.KEYWORD_ONLY, default=None,
            annotation=Annotated[option.kind | None, _declare(option)],
        )
        for option in OPTIONS
    ]  # fmt: skip
    kept = [parameter for name, parameter in own.parameters.items() if name != "wishes"]
    positional = [each for each in kept if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    rest = [each for each in kept if each.kind is inspect.Parameter.KEYWORD_ONLY]

    @wraps(command)
    def wrapped(*arguments: Any, **given: Any) -> None:
        wishes = read_wishes({option.flag: given.pop(_name(option)) for option in OPTIONS})
        command(*arguments, wishes=wishes, **given)

    wrapped.__signature__ = inspect.Signature([*positional, *added, *rest])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {each.name: each.annotation for each in (*positional, *added, *rest)}
    return wrapped


def _declare(option: _Option) -> Any:
    return typer.Option(option.flag, metavar=option.metavar, help=option.help)


def read_wishes(given: Mapping[str, Any]) -> Wishes:
    """What was given, by flag, in the shape of the record. Raises UsageError.

    >>> read_wishes({"--file": "alerts.jsonl", "--repeat": "none", "--watch": ["any"], "--kind": []})
    {'destination': {'kind': 'file', 'path': 'alerts.jsonl'}, 'watches': [], 'timing': {'repeat_interval_s': None}}
    """
    blocks: dict[str, Wishes] = {"to": {}, "destination": {}, "top": {}, "filters": {}, "timing": {}}
    for option in OPTIONS:
        value = given.get(option.flag)
        if value is None or value == []:
            continue
        block, field = option.place
        blocks[block][field] = _value(option, value)
    places = blocks.pop("to")
    if len(places) > 1:
        named = " and ".join(f"--{place}" for place in places)
        raise UsageError(f"{named} exclude each other; a subscription has one destination, make another one")
    top = blocks.pop("top")
    for place, address in places.items():
        is_reference = place == "webhook" and address.startswith(("env:", "file:"))
        field = "address_secret" if is_reference else _ADDRESSES[place]
        other = {"address": None} if is_reference else {"address_secret": None} if place == "webhook" else {}
        blocks["destination"] = {"kind": place, field: address, **other, **blocks["destination"]}
    wishes = {"destination": blocks["destination"], **top, "filters": blocks["filters"], "timing": blocks["timing"]}
    return {name: wish for name, wish in wishes.items() if wish != {}}


def _value(option: _Option, value: Any) -> Any:
    if isinstance(value, list):
        return [] if value == [option.clears] else value
    if value == option.clears:
        return None
    if option.flag == "--backfill":
        if value not in ("yes", "no"):
            raise UsageError(f"--backfill {value!r:.20} is not known; expected yes or no")
        return value == "yes"
    if option.flag == "--hourly-cap":
        try:
            return int(value)
        except ValueError:
            raise UsageError(f"--hourly-cap {value!r:.20} is no whole number; expected such as 20, or none") from None
    return value


def _name(option: _Option) -> str:
    return option.flag.removeprefix("--").replace("-", "_")

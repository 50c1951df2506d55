"""What happened to an article at one stage, and why did it stop there? Each answer is a ``Link`` of ``why.py``'s chain.

A function takes the facts (``why_facts.py``) and gives its link; where the chain may end, also verdict and sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from streams.detect.explain import Explanation
from streams.model.words import clean, quote
from streams.store.paging import Row
from streams.store.why_facts import Facts

State = Literal["passed", "stopped", "unknown"]
MAX_DETAILS: Final = 8
SHORT_ID: Final = 12
_NOT_FOUND: Final = ": not found"


@dataclass(frozen=True, slots=True)
class Link:
    """One stage. ``details`` are lines of their own: reasons, passages, deliveries."""

    stage: Literal["ingest", "clean", "dedupe", "detect", "stance", "alert", "deliver"]
    state: State
    text: str
    details: tuple[str, ...] = ()


Decided = tuple[str, str] | None
"""The verdict in one word and in one sentence; None where the article went on."""
Step = tuple[Link, Decided]


def link_absence(facts: Facts) -> Iterator[Step]:
    """Say where an article that no version of is known was last seen."""
    clean_letters = [letter for letter in facts.letters if letter["stage"] == "clean"]
    if facts.arrivals:
        last = facts.arrivals[-1]
        yield Link("ingest", "passed", f"arrived {_times(len(facts.arrivals))}, last {clean(last.arrived_at)}"), None
        if clean_letters:
            yield link_dead_letter(clean_letters[-1])
            return
        text = "it has not come out of clean and dedupe; it waits there, or the store has not read it yet"
        hints = ("is 'newsvane run' on? 'newsvane outcomes' counts what each stage did",)
        yield Link("clean", "unknown", text, hints), ("waiting", "It arrived and waits to be processed.")
        return
    if facts.asked_alert is not None:
        yield (
            Link("alert", "unknown", "the store does not have the alert's article"),
            ("waiting", "Its article is not there."),
        )
        return
    where = "no version of it is in the store"
    if facts.url is None:
        where += "; name its URL, so that it can be looked for among the raw articles"
    elif facts.scan is None:
        where += "; the topic of raw articles was not looked at"
    else:
        reach = "everything" if facts.scan.is_whole else f"the newest {facts.scan.records:,} records"
        where += f", nor in {reach} that the topic of raw articles has for its outlet"
    hint = "ingest keeps no record of what it refuses: it names every refusal when it runs; ingest it again to see"
    yield Link("ingest", "stopped", where, (hint,)), ("never-arrived", "It never arrived.")


def link_arrival(facts: Facts, article: Row) -> Link:
    """Say when and from whom it came."""
    text = f"arrived {article['arrived_at']} from {clean(article['outlet'])}"
    if article["backfill"]:
        text += ", as history (backfill)"
    details: list[str] = []
    arrivals, versions = len(facts.arrivals), len(article["versions"])
    if arrivals > 1 and facts.scan is not None and facts.scan.is_whole:
        dead = sum(letter["stage"] == "clean" for letter in facts.letters)
        repeats = arrivals - versions - dead
        if repeats > 0:
            details.append(f"its address came in {_times(arrivals)}; {repeats} of them brought nothing new (repeat)")
    return Link("ingest", "passed", text, tuple(details))


def link_cleaning(facts: Facts, article: Row) -> Link:
    """Say what clean made of it."""
    versions = article["versions"]
    text = f"version {article['version']} of {len(versions)}" if len(versions) > 1 else "its only version"
    text += f", language {clean(article['language'])}, published {article['published_at']}"
    if article["published_basis"] == "arrival":
        text += " (its time of arrival: no claim was believed)"
    details = [
        f"{letter['reason']}: {clean(letter['message'])}" for letter in facts.letters if letter["stage"] == "clean"
    ]
    marked = sum(span["end"] - span["start"] for span in article["boilerplate"])
    if article["has_text"] and marked:
        share = 100 * marked // max(len(article["text"]), 1)
        details.append(f"{share} % of its text is boilerplate, where nothing is looked for")
    if not article["has_text"]:
        details.append("its text is no longer in the store (NEWSVANE_STORE_TEXT_DAYS)")
    return Link("clean", "passed", text, tuple(details))


def link_copies(facts: Facts, article: Row) -> Link:
    """Say whether it is an original or a copy, and of what."""
    verdict = article["dedupe"]
    if verdict["kind"] == "original":
        copies = article["cluster_size"] - 1
        return Link("dedupe", "passed", f"an original, with {_counted(copies, 'copies')}" if copies else "an original")
    original = facts.original
    of = f"{quote(original['title'])} ({clean(original['outlet'])})" if original else verdict["original_id"][:SHORT_ID]
    kind = "an exact copy" if verdict["kind"] == "exact" else "a near copy"
    return Link("dedupe", "passed", f"{kind} of {of}", (clean(verdict["reason"]),))


def link_dead_letter(letter: Row) -> Step:
    """Say which stage could not process it."""
    place = f"{letter['topic']}[{letter['partition']}]@{letter['offset']}"
    done = "" if letter["status"] == "open" else f" ({letter['status']})"
    hint = f"newsvane dlq show {letter['dead_letter_id'][:SHORT_ID]}"
    text = f"dead letter{done}: {letter['reason']}: {clean(letter['message'])}"
    stage = letter["stage"]
    known: Any = stage if stage in ("clean", "dedupe", "detect", "stance", "alert") else "clean"
    return Link(known, "stopped", text, (place, hint)), (
        "dead-letter",
        f"{stage} could not process it: {letter['reason']}.",
    )


def link_mismatch(facts: Facts, article: Row) -> Step:
    """Say why the watch does not match it."""
    watch, latest = facts.watch, facts.latest
    if watch is None:
        if latest is not None and latest["status"] == "disabled":
            return Link("detect", "stopped", "the watch is disabled"), ("disabled", "The watch is disabled.")
        since = f"the earliest counts from {latest['effective_from']} on" if latest and latest["version"] == 1 else ""
        text = "no version of the watch counted for articles of its arrival"
        hint = "a version counts for what arrives after it; 'newsvane watch history' lists them"
        details = tuple(each for each in (since, hint) if each)
        return Link("detect", "stopped", text, details), ("no-version", "It arrived before the watch.")
    named = f"v{watch['version']}"
    if facts.query_error is not None:
        return Link("detect", "stopped", f"{named}: {clean(facts.query_error)}"), (
            "not-matched",
            "The query is broken.",
        )
    found = facts.explanation
    if found is None:
        text = f"{named} did not match it; without its text there is no telling which clause failed"
        return Link("detect", "unknown", text), ("not-matched", "The watch did not match it.")
    reasons = tuple(_reasons(found))
    if found.matched:
        text = f"{named} matches it, but there is no mention of it"
        details = ("it waits for detect or stance, or other rules were in force when it came",)
        return Link("detect", "unknown", text, details), ("waiting", "It matches; its mention is not there yet.")
    if found.out_of_scope:
        return Link("detect", "stopped", f"{named}: out of its scope", reasons), (
            "out-of-scope",
            f"It is out of the watch's scope: {reasons[0]}.",
        )
    if facts.in_boilerplate:
        return Link("detect", "stopped", f"{named} finds its words only in boilerplate", reasons), (
            "boilerplate-only",
            "Its words are only in boilerplate.",
        )
    return Link("detect", "stopped", f"{named} does not match: what it needs and does not find", reasons), (
        "not-matched",
        "The query does not match it.",
    )


def _reasons(found: Explanation) -> Iterator[str]:
    """What decided, in few lines: first what is there and does not count, then what is not there at all."""
    if found.out_of_scope:
        yield from (clean(each) for each in found.out_of_scope)
        return
    told = [each for each in found.decisive if not each.endswith(_NOT_FOUND)]
    yield from (clean(each) for each in told[:MAX_DETAILS])
    missing = [each.removesuffix(_NOT_FOUND) for each in found.decisive if each.endswith(_NOT_FOUND)]
    if missing:
        more = f" and {len(missing) - MAX_DETAILS} more" if len(missing) > MAX_DETAILS else ""
        yield f"not found: {clean(', '.join(missing[:MAX_DETAILS]))}{more}"


def link_match(facts: Facts, mention: Row) -> Link:
    """Say which words the watch found."""
    terms = dict.fromkeys(clean(each["term"]) for each in mention["highlights"])
    words = ", ".join(list(terms)[:6])
    return Link("detect", "passed", f"v{mention['watch_version']} matches it{f': {words}' if words else ''}")


def link_stance(facts: Facts, mention: Row) -> Link:
    """Say what it says on the watch's question."""
    label = mention["label"]
    details = []
    for said in mention["statements"][:MAX_DETAILS]:
        status = "" if said["status"] == "asserted" else f" ({said['status']})"
        details.append(f"{said['stance']}{status}, {clean(said['holder'])}: {quote(said['evidence']['text'], 120)}")
    passages = mention["left_out"][:MAX_DETAILS]
    details += [f"left out, {left['reason']}: {quote(left['text'], 90)}" for left in passages]
    more = max(len(mention["statements"]) - MAX_DETAILS, 0) + max(len(mention["left_out"]) - MAX_DETAILS, 0)
    if more:
        details.append(f"and {more} more")
    asks = facts.watch is not None and facts.watch["stance"] is not None
    if label == "not-assessed":
        return Link(
            "stance", "stopped", f"the watch can't read {clean(mention['language'])}: not assessed", tuple(details)
        )
    if label == "none":
        text = "no statement on the watch's question" if asks else "the watch asks no question"
        return Link("stance", "passed", text, tuple(details))
    return Link("stance", "passed", f"label {clean(label)}", tuple(details))


def link_no_alert(facts: Facts, mention: Row) -> Step:
    """Say why it is no alert."""
    label = mention["label"]
    rules = facts.watch["alerts"] if facts.watch is not None else None
    rule = rules["first_mention"] if rules is not None else "statement"
    if facts.newer_mention is not None:
        version = facts.newer_mention["version"]
        text = f"version {version} of its URL counts instead, with label {clean(facts.newer_mention['label'])}"
        return Link("alert", "stopped", text), ("older-version", f"Version {version} of it counts instead.")
    if label == "not-assessed" and rule in ("statement", "assessed"):
        text = f"the watch alerts on articles with {_wanted(rule)}"
        return Link("alert", "stopped", text), ("not-assessed", "Its language can't be read by the watch.")
    if rule == "never":
        text = "the watch opens no alert by a first mention; only a change of stance would"
        return Link("alert", "stopped", text), ("not-alerting", "The watch does not alert on first mentions.")
    if rule == "statement" and not any(each["status"] == "asserted" for each in mention["statements"]):
        text = "the watch alerts on articles with a statement on its question, and this has none that stands"
        return Link("alert", "stopped", text), ("no-statement", "It says nothing on the watch's question.")
    if facts.statements:
        said = facts.statements[0]
        text = f"its story opens no alert: what it repeats was said {said['said_at'][:10]}, too long before it came"
        return Link("alert", "stopped", text), ("not-alerting", "What it says is old.")
    text = "there is no alert for its story"
    hints = ("it waits for alert, or its story was forgotten or ended; 'newsvane outcomes' counts",)
    return Link("alert", "unknown", text, hints), ("waiting", "Its alert is not there yet.")


def _wanted(rule: str) -> str:
    return "a statement on its question" if rule == "statement" else "a language that it reads"


def link_alert(facts: Facts, alert: Row) -> Step:
    """Say which alert it opened or joined."""
    short = alert["alert_id"][:SHORT_ID]
    if alert["status"] != "live":
        text = f"alert {short} has ended: what it was about is no longer said"
        return Link("alert", "stopped", text), ("ended", "Its alert has ended.")
    reach = alert["reach"]
    size = ", ".join(_counted(reach[name], name) for name in ("articles", "outlets", "copies"))
    details = [f"{alert['kind']}, {alert['severity']}, label {clean(alert['label'])}; {size}"]
    if facts.asked_alert is not None and facts.asked_alert != alert["alert_id"]:
        details.append(f"alert {facts.asked_alert[:SHORT_ID]} became part of it")
    if facts.via == "leads":
        return Link("alert", "passed", f"it speaks for alert {short}", tuple(details)), (
            "opened",
            f"It leads alert {short}.",
        )
    how = {
        "carries": "it is one of the articles of",
        "statement": "it repeats a statement of",
        "copy": "it copies an article of",
    }[facts.via or "carries"]
    details.append(f"led by {quote(alert['article']['title'])} ({clean(alert['article']['outlet'])})")
    return Link("alert", "passed", f"{how} alert {short}", tuple(details)), (
        "joined",
        f"It joined the story of alert {short}.",
    )


def link_delivery(facts: Facts, alert: Row) -> Link:
    """Say to whom the alert was delivered, or why not."""
    details = []
    ack = alert["acknowledgement"]
    if ack is not None:
        ends = f", until {ack['expires_at']}" if ack["expires_at"] else ""
        over = "" if alert["is_acknowledged"] else "; its label has changed since, so that this ended"
        details.append(f"acknowledged by {clean(ack['actor'])} {ack['acknowledged_at']}{ends}{over}")
    details += [f"{each['kind']} by {clean(each['actor'])} {each['given_at']}" for each in alert["feedback"][:3]]
    reasons = {each["silence_id"]: each["reason"] for each in facts.silences}
    for sent in facts.deliveries[-MAX_DETAILS:]:
        line = f"{sent['changed_at']} {clean(sent['subscription_id'])}: {sent['state']}"
        if sent["attempt"]:
            line += f" after {_times(sent['attempt'])}" if sent["state"] != "delivered" or sent["attempt"] > 1 else ""
        answer = sent["response"]
        if answer is not None and (answer["error"] or answer["status"]):
            line += f", answer {clean(str(answer['error'] or answer['status']))}"
        silence = reasons.get(sent.get("silence_id"))
        details.append(f"{line}; {clean(sent['reason'])}{f' ({clean(silence)})' if silence else ''}")
    states = [each["state"] for each in facts.deliveries]
    if "delivered" in states:
        to = dict.fromkeys(clean(each["subscription_id"]) for each in facts.deliveries if each["state"] == "delivered")
        return Link("deliver", "passed", f"delivered to {', '.join(to)}", tuple(details))
    if states:
        return Link("deliver", "stopped", f"not delivered: {', '.join(dict.fromkeys(states))}", tuple(details))
    if alert["backfill"]:
        return Link("deliver", "stopped", "nobody is told of history (backfill)", tuple(details))
    if not facts.subscriptions:
        text = "no subscription takes this watch's alerts; 'newsvane subscribe' makes one"
        return Link("deliver", "stopped", text, tuple(details))
    names = ", ".join(clean(each["subscription_id"]) for each in facts.subscriptions[:5])
    text = f"nothing decided yet for {names}: it waits, its filters leave it out, or deliver is not running"
    return Link("deliver", "unknown", text, tuple(details))


def _counted(number: int, many: str) -> str:
    return f"{number} {many}" if number != 1 else f"1 {'copy' if many == 'copies' else many[:-1]}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

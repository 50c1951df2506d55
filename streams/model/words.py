"""How does an alert read, in words? Its lines as plain text, for the terminal, mail, chat and pages alike.

The order of the lines is the order of an analyst's questions: the change, and who takes it back; the position, its
condition, the evidence; what else was said, when and where; how far it went, why it matched, what was left out. A line
without content is not there.

Every text of an article is hostile: control characters (escape sequences begin with one) become U+FFFD, invisible
and direction-changing ones go, and long texts are cut. What a line is shown in (a terminal, HTML) escapes on its own.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date

from streams.model.records import Alert, Condition, Objection, StanceChange, Statement

MAX_CHARACTERS = 280
MAX_ALSO_CHARACTERS = 100
MAX_TERMS = 8
MAX_MARKS = 3

_JOINERS = "\u200c\u200d"
_STANCE = {"refuses": "stays out", "conditional": "joins", "prepares": "prepares", "joins": "joins"}
_TRIGGER = {
    "attack": "attacked",
    "threat": "threatened",
    "ally-request": "an ally asks",
    "opportunity": "an opportunity comes",
    "mandate": "there is a mandate",
}
_KIND = {"only-if": "only if", "if": "if", "concessive": "even if"}
_UNTIL = {"unless": "unless", "until": "until"}
_MET = {"not-reported": "not reported met", "claimed": "claimed to be met", "denied": "denied to be met"}
_DIRECTNESS = {
    "direct": "direct quote",
    "mixed": "partly quoted",
    "indirect": "indirect speech",
    "headline": "headline only",
    "reported": "the outlet's own report",
}
# not calendar.day_name and month_name: those follow the locale
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_BY = {"holder": "the holder's side", "outlet": "the outlet corrects itself", "outlets": "another outlet"}
_NOTHING = "none"
_NEWS = {"corrected": "corrected", "retracted": "retracted"}
_LABEL = {"none": "mention", "not-assessed": "not assessed"}
_LEFT_OUT = {"third-party": "what others say", "hypothetical": "what others fear or suppose"}


def alert_lines(alert: Alert) -> list[tuple[str, str]]:
    """(label, text) of each line of a live alert. The text of ``Article`` has two lines: title, and outlet and day."""
    said = alert["statement"]
    lines: list[tuple[str, str]] = []
    if alert["change"]:
        lines.append(("Change", change_in_words(alert["change"])))
        if "objection" in alert["change"]:
            lines.append(("Against", _against(alert["change"]["objection"])))
    if said:
        lines.append(("Position", position_in_words(said)))
        if said["condition"]:
            lines.append(("Condition", _condition(said["condition"])))
        evidence = quote(said["evidence"]["text"])
        lines.append(("Evidence", f"{evidence}   {_DIRECTNESS.get(said['directness'], said['directness'])}"))
    also = _alsos(alert)
    if also:
        lines.append(("Also", also))
    if said:
        lines.append(("Said", in_words(said["said_at"])))
    article = alert["article"]
    title = clean(article["title"]) or "(without a title)"
    lines.append(("Article", f"{title}\n{clean(article['outlet'])}, {in_words(article['published_at'])}"))
    lines.append(("Reach", _reach(alert)))
    if alert["highlights"]:
        lines.append(("Why", _why(alert)))
    if alert["left_out"]:
        lines.append(("Left out", _left_out(alert)))
    return lines


def label_in_words(alert: Alert) -> str:
    """The label as a heading: ``CONDITIONAL``, ``NOT ASSESSED``."""
    return _LABEL.get(alert["label"], clean(alert["label"])).upper()


def heading_in_words(alert: Alert) -> str:
    """The label, and what is wrong with it: ``JOINS (withdrawn)``."""
    said = alert["statement"]
    return label_in_words(alert) + ("" if said is None else _doubt(said))


def _doubt(said: Statement) -> str:
    return "" if said["status"] == "asserted" else f" ({clean(said['status'], 20)})"


def holder_in_words(said: Statement) -> tuple[str, str]:
    """Who says it, and their role in brackets where it is known."""
    return clean(said["holder"]), f"({clean(said['holder_role'])})" if said["holder_role"] else ""


def news_in_words(alert: Alert) -> str:
    """Which watch, and whether this is new, a change, or no longer true."""
    news = _NEWS.get(alert["kind"], "change of stance" if alert["change"] else "first on file")
    return f"watch {clean(alert['watch_id'])} v{alert['watch_version']}, {news}"


def clean(text: str, most: int = MAX_CHARACTERS) -> str:
    """One line of harmless text, cut with an ellipsis.

    >>> clean("a\\x1b[31mred\\nline\\u202e")
    'a�[31mred line'
    """
    kept: list[str] = []
    marks = 0
    for letter in text[: most * 4]:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if letter.isspace() or kind in ("Zl", "Zp"):
            kept.append(" ")
        elif kind in ("Cc", "Cs", "Co", "Cn"):
            kept.append("\ufffd")
        elif (kind != "Cf" or letter in _JOINERS) and marks <= MAX_MARKS:
            kept.append(letter)
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def quote(text: str, most: int = MAX_CHARACTERS) -> str:
    """The text between quotation marks, once: marks around the passage are taken off first."""
    inner = clean(text, most)
    while len(inner) > 1 and inner[0] in '"“«„' and inner[-1] in '"”»“':
        inner = inner[1:-1].strip()
    return f"“{inner}”"


def position_in_words(said: Statement) -> str:
    """The stance with its default and condition, as a clause.

    ``stays out by default; joins only if attacked``
    """
    stance = _STANCE.get(said["stance"], clean(said["stance"]))
    default = said["default"] and _STANCE.get(said["default"], clean(said["default"]))
    act = " (act)" if said["lane"] == "act" else ""
    condition = said["condition"]
    if condition is None:
        # "may join" has this stance without a condition: it promises nothing, and it rules nothing out
        return f"leaves it open{act}" if said["stance"] == "conditional" else f"{stance}{act}"
    trigger = _TRIGGER.get(condition["trigger"], clean(condition["trigger"]).replace("-", " "))
    if default and condition["kind"] in _UNTIL:
        return f"{default} {_UNTIL[condition['kind']]} {trigger}{act}"
    if condition["kind"] in _KIND:
        clause = f"{stance} {_KIND[condition['kind']]} {trigger}{act}"
    else:
        clause = f"{stance}{act}, depending on a condition ({clean(condition['kind'])}: {trigger})"
    return f"{default} by default; {clause}" if default else clause


def in_words(said_at: str) -> str:
    """
    >>> in_words("2023-02-16")
    'Thursday 16 February 2023'
    """
    try:
        day = date.fromisoformat(said_at[:10])
    except ValueError:
        return clean(said_at)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def change_in_words(change: StanceChange) -> str:
    """Which way, and what was before; of words that do not stand, what does.

    ``hardened: was refuses since Friday 10 February 2023, “…”``
    ``withdrawn: joins of Thursday 16 February 2023, “…”; refuses stands``
    """
    direction = clean(change["direction"], 20)
    before = clean(change["from_stance"])
    condition = change["previous_condition"]
    if condition:
        kind = _KIND.get(condition["kind"], clean(condition["kind"]))
        before += f" ({kind} {_TRIGGER.get(condition['trigger'], clean(condition['trigger']))})"
    day, evidence = in_words(change["previous_said_at"]), quote(change["previous_evidence"], MAX_ALSO_CHARACTERS)
    if "objection" not in change:
        return f"{direction}: was {before} since {day}, {evidence}"
    return f"{direction}: {before} of {day}, {evidence}; {standing_in_words(change)}"


def standing_in_words(change: StanceChange) -> str:
    """What holds after words were withdrawn, corrected or disputed."""
    after = clean(change["to_stance"])
    if change["to_stance"] == _NOTHING:
        return "nothing else is on file"
    if change["direction"] == "corrected":
        return f"it was {after}"
    return f"{after} still stands" if change["to_stance"] == change["from_stance"] else f"{after} stands"


def objector_in_words(objection: Objection) -> str:
    """Who takes it back or contradicts it."""
    by = _BY.get(objection["by"], clean(objection["by"], 20))
    if objection["by"] == "outlets" and objection["instead"]:
        return f"{by} has {clean(objection['instead'], 40)}"
    return by


def _against(objection: Objection) -> str:
    """The other side, with its words and where they stand."""
    article = objection["article"]
    where = f"{clean(article['outlet'])}, {in_words(objection['on'])}"
    return f"{quote(objection['evidence'])}   {objector_in_words(objection)}, {where}"


def _condition(condition: Condition) -> str:
    if condition["kind"] == "concessive":
        return f"{quote(condition['text'])}   the position holds all the same"
    met = _MET.get(condition["met"], clean(condition["met"]))
    return f"{quote(condition['text'])}   {clean(condition['kind'])}, {clean(condition['trigger'])}, {met}"


def _alsos(alert: Alert) -> str:
    """What else was said; of what a carrier retells from earlier days, only the number."""
    main = alert["statement"]
    earlier = [said for said in alert["also"] if main and said["said_at"][:10] < main["said_at"][:10]]
    parts = [_also(said) for said in alert["also"] if said not in earlier]
    if earlier:
        parts.append(f"{_counted(len(earlier), 'statement', 'statements')} of earlier days")
    return " · ".join(parts)


def _also(said: Statement) -> str:
    act = " (act)" if said["lane"] == "act" else ""
    return f"{clean(said['stance'])}{act}{_doubt(said)} {quote(said['evidence']['text'], MAX_ALSO_CHARACTERS)}"


def _reach(alert: Alert) -> str:
    reach = alert["reach"]
    articles = f", {_counted(reach['articles'], 'article', 'articles')}" if reach["articles"] > 1 else ""
    outlets = _counted(reach["outlets"], "outlet", "outlets")
    return f"{outlets}{articles}, {_counted(reach['copies'], 'copy', 'copies')}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _why(alert: Alert) -> str:
    terms = dict.fromkeys(clean(highlight["term"], 60) for highlight in alert["highlights"])
    shown = list(terms)[:MAX_TERMS]
    more = f" and {len(terms) - len(shown)} more" if len(terms) > len(shown) else ""
    fields = [field for field in ("title", "text") if any(each["field"] == field for each in alert["highlights"])]
    return f"{', '.join(shown)}{more} ({', '.join(fields)})"


def _left_out(alert: Alert) -> str:
    """The reasons, the most frequent first, with how often."""
    reasons = Counter(each["reason"] for each in alert["left_out"])
    named = sorted(reasons.items(), key=lambda reason: (-reason[1], reason[0]))
    words = ((_LEFT_OUT.get(reason, clean(reason, 60).replace("-", " ")), count) for reason, count in named)
    return ", ".join(f"{reason} ({count}x)" if count > 1 else reason for reason, count in words)

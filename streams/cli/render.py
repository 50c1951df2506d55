"""How does an analyst read an alert in a terminal? ``render_alert`` makes a rich renderable of one record.

What and who, how grave; which watch, and whether it is new or a change; then the lines of ``model/words.py``; how to
go on. It wraps at the console's width (from 80 columns) and is plain where the console is (piped, ``NO_COLOR``).

Every text of an article is hostile: it goes in as ``rich.text.Text``, so no markup is read in it, and comes
cleaned from ``model/words.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from streams.model.records import Alert
from streams.model.words import alert_lines, clean, heading_in_words, holder_in_words, news_in_words

SHORT_ID = 8
LABEL_COLUMNS = 11

_SEVERITY = {"notice": "cyan", "warning": "yellow", "critical": "bold red"}


def render_alert(alert: Alert, watch_title: str | None = None) -> RenderableType:
    """Make an alert readable. ``watch_title`` stands in for the question where the watch asks none."""
    if alert["status"] == "superseded":
        return _ended(alert)
    lines = [_Row(label, _styled(label, text)) for label, text in alert_lines(alert)]
    short = alert["alert_id"][:SHORT_ID]
    lines.append(_Row("Id", Text(f"{short}…   newsvane why {short} | ack | mute 24h | wrong")))
    return Group(_heading(alert), *_question(alert, watch_title), *lines)


class _Row:
    """A label and its text, wrapped beside it; unlike a table's, its lines end where the words end."""

    def __init__(self, label: str, text: Text) -> None:
        self._label = label
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        label = self._label
        for line in self._text.wrap(console, max(options.max_width - LABEL_COLUMNS, 1), overflow="fold"):
            line.rstrip()
            yield Text.assemble((label.ljust(LABEL_COLUMNS), "bold"), line)
            label = ""


def _styled(label: str, text: str) -> Text:
    """The direction of a change stands out, the outlet under a title steps back."""
    styled = Text(text)
    if label == "Change":
        styled.stylize("bold", 0, text.find(":"))
    elif label == "Article":
        styled.stylize("dim", text.find("\n") + 1)
    return styled


def _heading(alert: Alert) -> RenderableType:
    said = alert["statement"]
    left = Text(heading_in_words(alert), style="bold")
    if said:
        holder, role = holder_in_words(said)
        left.append("  ")
        left.append(holder, style="bold")
        if role:
            left.append(f" {role}", style="not bold")
    right = Text(clean(alert["severity"]), style=_SEVERITY.get(alert["severity"], ""))
    if alert["backfill"]:
        right = Text("backfill, ") + right
    return _sides(left, right)


def _question(alert: Alert, watch_title: str | None) -> Iterable[RenderableType]:
    """The question and the watch, on one line where they fit, else on two."""
    left = Text(clean(alert["question"] or watch_title or ""))
    right = Text(news_in_words(alert))
    if not left:
        return (right,)
    if left.cell_len + right.cell_len + 3 <= 80:
        return (_sides(left, right),)
    return (left, right)


def _sides(left: Text, right: Text) -> Table:
    grid = Table.grid(expand=True, padding=(0, 3, 0, 0), pad_edge=False)
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(left, right)
    return grid


def _ended(alert: Alert) -> Text:
    successor = alert.get("successor_id")
    went = f", now part of {successor[:SHORT_ID]}…" if successor else ", nothing took its place"
    watch = f"watch {clean(alert['watch_id'])} v{alert['watch_version']}"
    return Text(f"ENDED  {alert['alert_id'][:SHORT_ID]}…{went}   {watch}", style="dim")

"""A backtest as one HTML page that needs nothing: no script, no font, no host; everything from articles is escaped.

The page's own policy (``default-src 'none'``) allows its one style, by its hash, and nothing else; so what an article
says can't load or run anything, wherever the file is opened. Only http and https addresses become links.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

Told = dict[str, Any]
WIDTH: Final = 960
HEIGHT: Final = 190
_BASE: Final = 150
_MOST_LABELS: Final = 8


def render(report: Told) -> str:
    """The page."""
    style = _read("backtest.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"link": link, "count": lambda number: f"{number:,}"}
    template = environment.from_string(_read("backtest.html"))
    return template.render(report=report, style=style, policy=policy, chart=chart(report["days"]))


def link(url: object) -> str | None:
    """The address if a browser may follow it.

    >>> link("https://a.example/1"), link("javascript:alert(1)"), link(None)
    ('https://a.example/1', None, None)
    """
    return url if isinstance(url, str) and url.lower().startswith(("https://", "http://")) else None


def chart(days: list[Told]) -> Told:
    """The bars of each day: originals, copies on them; alerts as dots; the old version as an outline."""
    most = max((day[side]["articles"] for day in days for side in day if side != "day"), default=0) or 1
    step = WIDTH / max(len(days), 1)
    bars = []
    for index, day in enumerate(days):
        new, old = day["new"], day.get("old")
        unit = (_BASE - 20) / most
        originals, copies = (new["articles"] - new["copies"]) * unit, new["copies"] * unit
        bars.append(
            {
                "day": day["day"],
                "x": round(index * step + step * 0.1, 2),
                "middle": round(index * step + step / 2, 2),
                "width": round(step * 0.8, 2),
                "originals": {"y": round(_BASE - originals, 2), "height": round(originals, 2)},
                "copies": {"y": round(_BASE - originals - copies, 2), "height": round(copies, 2)},
                "old": None
                if old is None
                else {"y": round(_BASE - old["articles"] * unit, 2), "height": round(old["articles"] * unit, 2)},
                "new": new,
                "before": old,
                "is_labelled": index % max(1, -(-len(days) // _MOST_LABELS)) == 0,
            }
        )
    return {"width": WIDTH, "height": HEIGHT, "base": _BASE, "most": most, "bars": bars}


@cache
def _read(name: str) -> str:
    return files("streams.replay").joinpath(name).read_text(encoding="utf-8")

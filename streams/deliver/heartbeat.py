"""Is it quiet, or is it broken? The verdict of a heartbeat, from facts of the line that somebody else collected.

``broken``: no article came in at all, a stage is behind by more than ``MAX_LAG`` records and more than ``MAX_BEHIND_S``
seconds, or the facts could not be collected. ``impaired``: some outlets that sent before are silent, or records were
rejected. ``quiet`` otherwise: articles come in, all of them are processed, and nothing was there to tell.

Facts: ``window_s``; ``articles`` in the window; ``last_arrived_at``; ``silent_outlets`` (those that sent in the window
before and not in this one) and ``outlets`` (how many sent in this one), None where there are too many articles to look
through; ``stages``: by stage ``lag`` and ``behind_s``; ``dead_letters`` by topic; ``error`` if facts are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

MAX_LAG: Final = 1_000
MAX_BEHIND_S: Final = 300
MAX_NAMED: Final = 10

Verdict = Literal["quiet", "impaired", "broken"]


def judge(facts: Mapping[str, Any]) -> tuple[Verdict, list[str]]:
    """The verdict, and each reason in words; of ``quiet`` what makes it trustworthy."""
    broken, impaired = [], []
    if facts.get("error"):
        broken.append(f"the line could not be looked at: {facts['error']}")
    elif not facts["articles"]:
        last = facts["last_arrived_at"]
        broken.append(f"no article came in; the last one {'at ' + last if last else 'never'}")
    for stage, each in facts.get("stages", {}).items():
        if each["lag"] > MAX_LAG or each["behind_s"] > MAX_BEHIND_S:
            broken.append(f"stage {stage} is {each['lag']} records and {each['behind_s']} s behind")
    silent = facts.get("silent_outlets") or []
    if silent:
        more = f" and {len(silent) - MAX_NAMED} more" if len(silent) > MAX_NAMED else ""
        impaired.append(f"silent outlets: {', '.join(silent[:MAX_NAMED])}{more}")
    rejected = {topic: count for topic, count in facts.get("dead_letters", {}).items() if count}
    if rejected:
        impaired.append(f"dead letters: {', '.join(f'{count} in {topic}' for topic, count in rejected.items())}")
    came = []
    if facts.get("articles"):
        came.append(f"{facts['articles']} articles came in, the last at {facts['last_arrived_at']}")
    if broken:
        return "broken", [*broken, *impaired, *came]
    return ("impaired", [*impaired, *came]) if impaired else ("quiet", [*came, "every stage is up to date"])

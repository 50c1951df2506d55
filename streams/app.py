"""The topology on one page: which agent reads which record and what it sends. The only door to agents, for a worker
and a replay alike.

    article-raw ─► clean ─► article-clean ─► dedupe ─► article-deduped ─► detect ─► match ─► stance ─► mention
                                                                          alert, statement ◄─ alert ◄─┘

Topics, keys and partitions of these records are declared in ``schemas/topics``.
"""

from __future__ import annotations

from streams.alert.agent import alert
from streams.clean.agent import clean
from streams.dedupe.agent import dedupe
from streams.detect.agent import detect
from streams.engine.line import Line
from streams.stance.agent import stance

AGENTS = (clean, dedupe, detect, stance, alert)


def build_agents(line: Line, last: str = "alert") -> None:
    """Register every agent with the line, in its order; ``last`` ends it earlier."""
    for build in AGENTS:
        build(line)
        if build.__name__ == last:
            return

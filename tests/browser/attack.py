"""Articles that attack whoever shows them: markup, scripts, addresses that run, characters that turn the text."""

from __future__ import annotations

from typing import Any

SCRIPT = "<script>window.attacked=1</script>"
IMAGE = '"><img src=x onerror=window.attacked=1>'
TURNED = "\u202etxt.exe\u202c"
OUTLET = "evil.example"


def raw_articles() -> list[dict[str, Any]]:
    """Two articles that the Belarus watch matches, one of them with a statement."""
    common = {"outlet": OUTLET, "arrived_at": "2026-03-12T05:00:00.000Z", "published_at": "2026-03-11T20:00:00Z"}
    return [
        {
            **common,
            "url": "https://evil.example/a?q=<script>&x=%22onload",
            "title": f"Belarus army will not go to Ukraine {SCRIPT}{IMAGE} {TURNED}",
            "author": f"{SCRIPT}{TURNED}",
            "text": f"""{SCRIPT}{{{{ 7*7 }}}} {IMAGE}

"Our army will not go to Ukraine {SCRIPT}, not now, not later{TURNED}," President Alexander Lukashenko said Wednesday.

<iframe src="javascript:window.attacked=1"></iframe> Belarus has an army. <style>body{{display:none}}</style>""",
            "language": "en",
        },
        {
            **common,
            "id": f"{IMAGE}",
            "url": "javascript:window.attacked=1",
            "title": f"{IMAGE} Belarus troops",
            "text": "The army of Belarus drills near the border with Ukraine. [a](javascript:window.attacked=1) " * 3,
            "language": "en",
        },
    ]

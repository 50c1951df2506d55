"""Pin the published shapes of the records: ``.venv/bin/python tests/contract/pin_schemas.py [KIND …]``.

Run it after a compatible growth of a schema (all kinds without KIND). It refuses a breaking change: that is a new
topic. A pin's name carries the version, so raise ``x-version`` and the number in ``$id`` where readers should be able
to tell the shapes apart; the older pins stay and go on binding.
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from schemas import records
from schemas.compatibility import breaks, shape_of

PUBLISHED = Path(__file__).parent / "published"


def pin(kind: str) -> list[str]:
    """Write the pin of a kind; return what forbids it, in which case nothing is written."""
    schema = records()[kind]
    current = shape_of(schema)
    lines = []
    for path in sorted(PUBLISHED.glob(f"{kind}.*.json")):
        lines += [f"{path.name}: {line}" for line in breaks(orjson.loads(path.read_bytes()), current)]
    if not lines:
        path = PUBLISHED / f"{kind}.{schema['x-version']}.json"
        rows = (f"  {orjson.dumps(at).decode()}: {orjson.dumps(shape).decode()}" for at, shape in current.items())
        path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    return lines


def main(kinds: list[str]) -> int:
    refusals = [line for kind in kinds or list(records()) for line in pin(kind)]
    for line in refusals:
        print(line, file=sys.stderr)
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

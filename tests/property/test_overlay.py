"""An overlay over a shelf behaves as one map, whatever is written, undone, kept and scanned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.overlay import Overlay
from streams.model.state import DictState

KEYS = st.binary(max_size=2)
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "delete", "keep", "undo", "scan"]), KEYS, st.binary(max_size=2)), max_size=40
)


@given(shelf=st.dictionaries(KEYS, st.binary(max_size=2)), operations=OPERATIONS)
def test_an_overlay_is_one_map(shelf: dict[bytes, bytes], operations: list[tuple[str, bytes, bytes]]) -> None:
    """Reads and scans see the record's writes over the batch's over the shelf's; an undone record leaves no trace."""
    below = DictState()
    for key, value in shelf.items():
        below.put(key, value)
    overlay = Overlay(below)
    kept, seen = dict(shelf), dict(shelf)
    for name, key, value in operations:
        if name == "put":
            overlay.put(key, value)
            seen[key] = value
        elif name == "delete":
            overlay.delete(key)
            seen.pop(key, None)
        elif name == "keep":
            overlay.keep_record()
            kept = dict(seen)
        elif name == "undo":
            overlay.undo_record()
            seen = dict(kept)
        else:
            first, last = sorted((key, value))
            assert sorted((k, v) for k, v in seen.items() if first <= k < last) == list(overlay.scan(first, last))
        assert seen.get(key) == overlay.get(key)
    overlay.keep_record()
    merged: dict[bytes, bytes | None] = {**shelf, **overlay.writes()}
    assert seen == {key: value for key, value in merged.items() if value is not None}

"""What the tests of replays share."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

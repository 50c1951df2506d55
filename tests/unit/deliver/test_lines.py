"""Notifications as lines of a file: durable, whole, and nowhere but in the folder that was meant."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from streams.deliver.answer import Answer
from streams.deliver.destinations import NotAllowed, open_destination
from streams.deliver.notification import render_event
from streams.settings import Settings
from tests.receivers import AT, SECRETS, notification


def spec(path: str | None) -> dict[str, Any]:
    return {
        "kind": "file",
        "address": None,
        "address_secret": None,
        "path": path,
        "signing_secrets": [],
        "timeout_s": 5,
    }


def append(folder: Path, *numbers: int, path: str = "alerts.jsonl") -> list[Answer]:
    async def run() -> list[Answer]:
        destination = open_destination(spec(path), Settings(deliver_folder=str(folder)), SECRETS)
        given = [await destination.send(notification(number), AT) for number in numbers]
        await destination.close()
        return given

    return asyncio.run(run())


def test_a_line_each(tmp_path: Path) -> None:
    """The event of a webhook, appended in order, readable by owner and group alone."""
    assert ["delivered", "delivered"] == [given.verdict for given in append(tmp_path, 1, 2)]
    assert ["delivered"] == [given.verdict for given in append(tmp_path, 3, path=f"{tmp_path}/alerts.jsonl")]
    lines = (tmp_path / "alerts.jsonl").read_bytes().splitlines()
    assert [render_event(notification(number)) for number in (1, 2, 3)] == lines
    assert 0 == (tmp_path / "alerts.jsonl").stat().st_mode & 0o007


def test_a_torn_line_stays_alone(tmp_path: Path) -> None:
    """What a crash left is ended; the next notification is a line of its own."""
    (tmp_path / "alerts.jsonl").write_bytes(b'{"id": "torn')
    append(tmp_path, 1)
    torn, whole = (tmp_path / "alerts.jsonl").read_bytes().splitlines()
    assert (b'{"id": "torn', f"{1:032x}") == (torn, json.loads(whole)["id"])


@pytest.mark.parametrize(
    "path",
    ["../alerts.jsonl", "/etc/passwd", "a/b.jsonl", "..", ".", "", "/", ".ssh", "-rf", "a\n.jsonl", "a\x00b", "a" * 200,
     "./alerts.jsonl", "~/alerts.jsonl", "a\\b", "ж.jsonl", None],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(path: str | None, tmp_path: Path) -> None:
    """Nor to anything but a plain name, and nothing is made."""
    with pytest.raises(NotAllowed, match="NEWSVANE_DELIVER_FOLDER"):
        open_destination(spec(path), Settings(deliver_folder=str(tmp_path)), SECRETS)
    assert [] == list(tmp_path.iterdir())


def test_without_a_folder_no_file(tmp_path: Path) -> None:
    """The default: nobody writes files."""
    with pytest.raises(NotAllowed, match="NEWSVANE_DELIVER_FOLDER"):
        open_destination(spec("alerts.jsonl"), Settings(), SECRETS)


def test_links_pipes_and_folders_are_not_written(tmp_path: Path) -> None:
    """A name that is no regular file is left alone, without waiting for a reader."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "target").write_text("mine")
    (inside / "link").symlink_to(tmp_path / "target")
    os.mkfifo(inside / "pipe")
    (inside / "folder").mkdir()
    given = [append(inside, 1, path=name)[0].verdict for name in ("link", "pipe", "folder")]
    assert (["retry", "refused", "retry"], "mine") == (given, (tmp_path / "target").read_text())


def test_a_missing_folder_is_tried_again(tmp_path: Path) -> None:
    """A disk that is not there yet comes back; the answer names the file."""
    (given,) = append(tmp_path / "gone", 1)
    assert ("retry", "file 'alerts.jsonl' can't be written: No such file or directory") == (given.verdict, given.detail)


def test_what_does_not_fit_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no half line."""
    append(tmp_path, 1)
    before = (tmp_path / "alerts.jsonl").read_bytes()
    write, calls = os.write, []

    def full(file: int, data: bytes) -> int:
        calls.append(file)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return write(file, data[:10])

    monkeypatch.setattr(os, "write", full)
    (given,) = append(tmp_path, 2)
    monkeypatch.undo()
    assert ("retry", before) == (given.verdict, (tmp_path / "alerts.jsonl").read_bytes())

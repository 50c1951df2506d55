"""The receiver in docs/destinations.md runs as it stands there: genuine ones get through, forged ones don't."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.deliver.sample import send_sample
from tests.receivers import LOOPBACK, NEW_SECRET, OLD_SECRET, webhook

PAGE = Path(__file__).parents[2] / "docs/destinations.md"
PORT = 8099


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port and process of the page's receiver; only the port is another one."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert 1 == found[1].count(str(PORT))
    script = tmp_path / "receiver.py"
    script.write_text(found[1].replace(str(PORT), str(port)), encoding="utf-8")
    environ = {**os.environ, "HOOK_KEY": NEW_SECRET}
    command = [sys.executable, str(script)]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield port, process
        finally:
            process.kill()


def send(port: int, secret: str) -> str:
    subscription = {"subscription_id": "desk", "destination": webhook(f"http://127.0.0.1:{port}/")}
    for _ in range(200):
        answer = send_sample(LOOPBACK, subscription, environ={"NEWSVANE_SECRET_NEW": secret})
        if answer.detail != "no connection could be made":  # not listening yet
            break
    return answer.detail


def test_the_receiver_of_the_page(receiver: tuple[int, subprocess.Popen[str]]) -> None:
    """It prints what the page says, and answers 401 to another key and to no signature at all."""
    port, process = receiver
    assert "HTTP 204" == send(port, NEW_SECRET)
    assert process.stdout is not None
    printed = process.stdout.readline().strip()
    assert f"`{printed}`" in PAGE.read_text(encoding="utf-8")
    assert "HTTP 401" == send(port, OLD_SECRET)
    with pytest.raises(urllib.error.HTTPError, match="401") as caught:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", data=b"{}", timeout=10)
    caught.value.close()

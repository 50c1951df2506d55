"""References to secrets: what they may name, and that the secret itself shows nowhere."""

from __future__ import annotations

import base64
import copy
import os
import pickle
import traceback
from pathlib import Path

import pytest

from streams.deliver.secrets import Secret, SecretError, Secrets, signing_key
from streams.errors import SettingError
from streams.settings import read_settings

HIDDEN = "xoxb-very-hidden"


def write(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def refused(secrets: Secrets, reference: str) -> str:
    """The message, after looking through all that the error shows."""
    with pytest.raises(SecretError) as caught:
        secrets.read(reference)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(secrets)
    assert HIDDEN not in shown
    return str(caught.value)


def test_env_and_file(tmp_path: Path) -> None:
    """Spaces and line ends around a secret are not part of it."""
    file = write(tmp_path / "secrets.yaml", f"desk-chat: {HIDDEN}\nother: ' x '\n")
    secrets = Secrets({"NEWSVANE_SECRET_A": f"{HIDDEN}\n"}, file)
    assert HIDDEN == secrets.read("env:NEWSVANE_SECRET_A").reveal()
    assert HIDDEN == secrets.read("file:desk-chat").reveal()
    assert "x" == secrets.read("file:other").reveal()


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    """A rotation needs no restart, and what is gone is gone."""
    path = tmp_path / "secrets.yaml"
    secrets = Secrets({}, write(path, "a: one\n"))
    assert "one" == secrets.read("file:a").reveal()
    write(tmp_path / "new.yaml", "a: two\n")
    (tmp_path / "new.yaml").rename(path)
    assert "two" == secrets.read("file:a").reveal()
    path.unlink()
    assert "can't be read" in refused(secrets, "file:a")


@pytest.mark.parametrize(
    "reference",
    ["env:PATH", "env:NEWSVANE_KAFKA_PASSWORD", "env:NEWSVANE_SECRET_GONE", "env:", "file:../etc/passwd", "file:gone"],
)
def test_other_names_are_not_read(reference: str, tmp_path: Path) -> None:
    """No variable but those that are meant, no other file; the message names the reference."""
    environ = {"PATH": HIDDEN, "NEWSVANE_KAFKA_PASSWORD": HIDDEN}
    refused(Secrets(environ, write(tmp_path / "secrets.yaml", f"a: {HIDDEN}")), reference)


@pytest.mark.parametrize("reference", [HIDDEN, f"whsec_{HIDDEN}", f"https://{HIDDEN}@host/", f"vault:{HIDDEN}/x", ""])
def test_what_is_no_reference_is_not_shown(reference: str) -> None:
    """It may be the secret, put where its reference belongs."""
    assert "malformed" in refused(Secrets({}, ""), reference)


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o660, 0o602, 0o622])
def test_a_file_that_others_may_read_or_write_is_refused(mode: int, tmp_path: Path) -> None:
    """With its mode and what to do."""
    file = write(tmp_path / "secrets.yaml", f"a: {HIDDEN}", mode)
    assert f"mode {mode:04o}); chmod 600 it" in refused(Secrets({}, file), "file:a")


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640])
def test_a_file_of_the_owner_is_read(mode: int, tmp_path: Path) -> None:
    """Its group may read it: that is how containers get theirs."""
    assert HIDDEN == Secrets({}, write(tmp_path / "secrets.yaml", f"a: {HIDDEN}", mode)).read("file:a").reveal()


@pytest.mark.parametrize(
    "text",
    [f"- {HIDDEN}", f"a: [{HIDDEN}]", f"a: {{b: {HIDDEN}}}", f"a: '{HIDDEN}", f"\ta: {HIDDEN}", "a: 5", "", "a:",
     HIDDEN, f"a: !!python/object/apply:os.system [{HIDDEN}]", "a: " + "x" * 10_000, "[" * 1_000,
     f"a: {HIDDEN}\n" * 20_000],
)  # fmt: skip
def test_a_file_that_is_no_list_of_texts(text: str, tmp_path: Path) -> None:
    """Refused, without a line of it in the message."""
    refused(Secrets({}, write(tmp_path / "secrets.yaml", text)), "file:a")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Refused like other files that can't be read."""
    path = tmp_path / "secrets.yaml"
    path.write_bytes(b"a: \xff\xfe" + HIDDEN.encode())
    path.chmod(0o600)
    refused(Secrets({}, str(path)), "file:a")


def test_a_secret_shows_itself_to_nobody() -> None:
    """Not in its repr, format or pickle, nor by copying, nor in its attributes."""
    secret = Secret(HIDDEN)
    assert [] == [shown for shown in (repr(secret), f"{secret}", f"{[secret]}", str(secret)) if HIDDEN in shown]
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("size", [24, 32, 64])
def test_signing_keys(size: int) -> None:
    """Of 24 to 64 bytes, in base64 behind whsec_."""
    key = os.urandom(size)
    text = "whsec_" + base64.b64encode(key).decode()
    assert [key, key] == [signing_key(Secret(each), "env:NEWSVANE_SECRET_A") for each in (text, text.rstrip("="))]


@pytest.mark.parametrize(
    "text",
    [
        *("whsec_" + base64.b64encode(bytes(size)).decode() for size in (0, 1, 23, 65, 200)),
        base64.b64encode(bytes(32)).decode(),
        "whsec_" + base64.b64encode(bytes(32)).decode()[:-3],
        "whsec_" + base64.b64encode(bytes(32)).decode() + " ",
        "whsec_" + base64.urlsafe_b64encode(b"\xff" * 32).decode(),
        "whsec_" + "ж" * 40,
        "WHSEC_" + base64.b64encode(bytes(32)).decode(),
        HIDDEN,
    ],
)
def test_what_is_no_signing_key(text: str) -> None:
    """Too short, too long, not base64, without its prefix; the message names the reference alone."""
    with pytest.raises(SecretError) as caught:
        signing_key(Secret(text), "file:acme-hook")
    shown = "".join(traceback.format_exception(caught.value))
    assert "secret file:acme-hook is no signing secret" in shown
    assert text not in shown or len(text) < 10


def test_secrets_are_no_unknown_settings() -> None:
    """NEWSVANE_SECRET_… does not stop the start; a slip of NEWSVANE_SECRETS_FILE does, with the right name."""
    read_settings({"NEWSVANE_SECRET_ACME": HIDDEN})
    with pytest.raises(SettingError, match="did you mean NEWSVANE_SECRETS_FILE"):
        read_settings({"NEWSVANE_SECRET_FILE": "secrets.yaml"})

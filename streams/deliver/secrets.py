"""What does a reference to a secret stand for? Asked at each attempt, so a changed file counts without a restart.

- ``env:NEWSVANE_SECRET_…``: a variable of this process. Other variables are not read, whatever a subscription asks.
- ``file:KEY``: a text under KEY at the top of the YAML file ``NEWSVANE_SECRETS_FILE``, which the world may not read.

A ``Secret`` shows itself to ``reveal()`` alone; errors name the reference, never the value.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, final

import yaml

from streams.errors import NewsvaneError
from streams.settings import SECRET_PREFIX

MAX_FILE_BYTES = 262_144
MAX_SECRET_CHARACTERS = 8_192
SIGNING_PREFIX = "whsec_"
SIGNING_BYTES = range(24, 65)
OTHERS = 0o027
"""Group may read (that is how containers get theirs); nobody else may read, and only the owner writes."""
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)


class SecretError(NewsvaneError):
    """A secret can't be had. The message names the reference."""


@final
class Secret:
    """A text that no repr, format, pickle or comparison gives away."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Secrets:
    """Reads references from an environment and a file. Holds the file's texts until the file changes."""

    def __init__(self, environ: Mapping[str, str], file: str) -> None:
        self._environ = environ
        self._path = Path(file) if file else None
        self._seen: tuple[int, ...] = ()
        self._texts: dict[str, Secret] = {}

    def __repr__(self) -> str:
        return "Secrets(…)"

    def read(self, reference: str) -> Secret:
        """Raises SecretError naming the reference."""
        kind, _, name = reference.partition(":")
        if kind not in ("env", "file") or not _KEY.fullmatch(name):
            # not shown: what is no reference may be the secret itself
            raise SecretError("a reference to a secret is malformed; expected env:NEWSVANE_SECRET_… or file:KEY")
        if kind == "env":
            if not name.startswith(SECRET_PREFIX):
                raise SecretError(f"secret {reference}: only variables {SECRET_PREFIX}… are read; rename the variable")
            found = self._environ.get(name)
            if not found:
                raise SecretError(f"secret {reference} is not set; set the variable for the process that delivers")
            return _bounded(Secret(found.strip()), reference)
        return _bounded(self._from_file(reference, name), reference)

    def _from_file(self, reference: str, key: str) -> Secret:
        if self._path is None:
            raise SecretError(f"secret {reference}: there is no secrets file; set NEWSVANE_SECRETS_FILE")
        self._refresh(reference, self._path)
        found = self._texts.get(key)
        if found is None:
            raise SecretError(f"secret {reference} is not in the secrets file as a text; add the line '{key}: …'")
        return found

    def _refresh(self, reference: str, path: Path) -> None:
        try:
            with path.open("rb") as file:
                about = os.fstat(file.fileno())
                if stat.S_IMODE(about.st_mode) & OTHERS:
                    raise SecretError(
                        f"secret {reference}: the secrets file can be read or written by others "
                        f"(mode {stat.S_IMODE(about.st_mode):04o}); chmod 600 it"
                    )
                if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_FILE_BYTES:
                    raise SecretError(f"secret {reference}: the secrets file is no file of at most 256 kB")
                seen = (about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size)
                if seen == self._seen:
                    return
                self._texts = _read_yaml(file.read(MAX_FILE_BYTES + 1))
                self._seen = seen
        except OSError as error:
            raise SecretError(f"secret {reference}: the secrets file can't be read ({error.strerror})") from None
        except ValueError:
            raise SecretError(f"secret {reference}: the secrets file is not YAML of 'key: text' lines") from None


def _read_yaml(raw: bytes) -> dict[str, Secret]:
    """Raises ValueError, without what is in the file: a parser's error quotes its line."""
    try:
        document = yaml.safe_load(raw.decode("utf-8"))
    except (yaml.YAMLError, RecursionError):
        raise ValueError("not YAML") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ValueError("not a mapping")
    return {key: Secret(text.strip()) for key, text in document.items() if isinstance(text, str) and text.strip()}


def _bounded(secret: Secret, reference: str) -> Secret:
    if len(secret.reveal()) > MAX_SECRET_CHARACTERS:
        raise SecretError(f"secret {reference} is longer than {MAX_SECRET_CHARACTERS} characters")
    return secret


def signing_key(secret: Secret, reference: str) -> bytes:
    """The key behind a Standard Webhooks secret: base64 of 24 to 64 bytes behind ``whsec_``. Raises SecretError."""
    text = secret.reveal()
    encoded = text.removeprefix(SIGNING_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)  # some leave the padding out
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(SIGNING_PREFIX) or len(key) not in SIGNING_BYTES:
        raise SecretError(
            f"secret {reference} is no signing secret; expected whsec_ and base64 of "
            f"{SIGNING_BYTES.start}-{SIGNING_BYTES.stop - 1} random bytes"
        ) from None
    return key

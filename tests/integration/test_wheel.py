"""The wheel: what a user gets who has no checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = (
    "schemas/topics/*.yaml",
    "schemas/records/*.schema.json",
    "streams/watches/*.yaml",
    "streams/watches/optional/*.yaml",
    "streams/sample/articles/*/*",
    "streams/sample/watches/*.yaml",
    "streams/web/templates/*.html",
    "streams/web/static/*",
)


def test_the_wheel_holds_code_and_data(tmp_path: Path) -> None:
    """Every module and every file that is read at run time is inside; tests, evals and caches are not."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("newsvane-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        (entry_points,) = [archive.read(name).decode() for name in names if name.endswith("entry_points.txt")]
    modules = {path for room in ("streams", "schemas") for path in (ROOT / room).rglob("*.py")}
    data = {path for pattern in DATA for path in ROOT.glob(pattern) if path.is_file()}
    assert [0] * len(DATA) != [len(list(ROOT.glob(pattern))) for pattern in DATA]
    assert set() == {path.relative_to(ROOT).as_posix() for path in modules | data} - names
    assert {"schemas", "streams"} == {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert [] == sorted(name for name in names if "__pycache__" in name)
    assert "newsvane = streams.cli.main:main" in entry_points

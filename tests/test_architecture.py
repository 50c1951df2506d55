"""The tree's own rules: who may import whom, and what the pure core may not know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STREAMS = ROOT / "streams"
STAGES = ("clean", "dedupe", "detect", "stance", "alert")
# agent.py is the door of a stage to the engine; extract.py runs in a process of its own.
PURE = [
    path
    for room in (*STAGES, "model", "query")
    for path in sorted((STREAMS / room).glob("*.py"))
    if path.name != "agent.py"
]
CLOCKS_AND_CHANCE = {
    "time", "random", "secrets", "uuid", "os", "environ", "socket", "subprocess", "threading", "asyncio", "pathlib",
    "urllib.request", "http", "sqlite3", "tempfile",
}  # fmt: skip
FORBIDDEN_CALLS = {"now", "utcnow", "today", "open", "getenv", "uuid4", "input", "print"}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with its line; also under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def modules() -> list[Path]:
    return sorted([*STREAMS.rglob("*.py"), *(ROOT / "schemas").rglob("*.py")])


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_faust_stays_behind_its_doors() -> None:
    """Faust, mode and aiokafka are imported in the engine, in app.py and in agent.py files alone."""
    strays = [
        f"{relative(path)}:{line}"
        for path in modules()
        if path.parent != STREAMS / "engine" and path.name not in ("agent.py", "app.py")
        for name, line in imports(path)
        if name.split(".")[0] in ("faust", "mode", "aiokafka")
    ]
    assert [] == strays


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_imports_another(stage: str) -> None:
    """What two stages share lives in the model."""
    strays = [
        f"{relative(path)}:{line} imports {name}"
        for path in sorted((STREAMS / stage).rglob("*.py"))
        for name, line in imports(path)
        for other in STAGES
        if other != stage and (name == f"streams.{other}" or name.startswith(f"streams.{other}."))
    ]
    assert [] == strays


@pytest.mark.parametrize("path", PURE, ids=relative)
def test_the_core_is_pure(path: Path) -> None:
    """No clock, randomness, environment, file or network in a stage's functions, the model and the query language."""
    found = [f"line {line}: imports {name}" for name, line in imports(path) if name in CLOCKS_AND_CHANCE]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if name in FORBIDDEN_CALLS:
                found.append(f"line {node.lineno}: calls {name}()")
    assert [] == found


@pytest.mark.parametrize("path", PURE, ids=relative)
def test_the_core_knows_no_adapter(path: Path) -> None:
    """The core imports the model, the query language and its own stage; never the engine, a log or a command."""
    allowed = {"streams.errors", "streams.model", "streams.query", f"streams.{path.parent.name}"}
    strays = [
        f"line {line}: {name}"
        for name, line in imports(path)
        if name.startswith(("streams.", "schemas")) and not any(name == a or name.startswith(f"{a}.") for a in allowed)
    ]
    assert [] == strays


def test_agents_are_thin() -> None:
    """An agent decodes, calls one pure function and sends: about thirty lines of code, no loop over news."""
    sizes = {}
    for stage in STAGES:
        tree = ast.parse((STREAMS / stage / "agent.py").read_text(encoding="utf-8"))
        lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
        sizes[stage] = len(lines)
    assert {} == {stage: size for stage, size in sizes.items() if size > 30}


def test_only_the_declarations_spell_topics() -> None:
    """A topic's name stands in schemas/topics; code asks for the topic of a record kind."""
    from schemas import records, topics

    names = {name for name in topics() if "-" in name} - set(records())  # one is a record kind by the same name
    strays: list[str] = []
    for path in sorted(STREAMS.rglob("*.py")):
        strays += [
            f"{relative(path)}:{node.lineno}: {node.value!r}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and node.value in names
        ]
    assert [] == strays


def test_the_log_does_not_know_the_engine() -> None:
    """Ingest, replay and the command line use the log without Faust: the arrow goes one way."""
    strays = [
        f"{relative(path)}:{line}"
        for path in sorted((STREAMS / "log").rglob("*.py"))
        for name, line in imports(path)
        if name.startswith("streams.") and not name.startswith(("streams.log", "streams.errors", "streams.settings"))
    ]
    assert [] == strays


ROOMS_AROUND = ("desk", "deliver", "store", "web", "replay", "cli")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "desk": (),
    "store": (),
    "deliver": ("desk",),
    "web": ("desk", "deliver", "store"),
    "replay": (),
}
"""Of the rooms around the line; whatever is not named stays closed."""


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_the_ways_out_know_each_other_in_one_direction(room: str) -> None:
    """What people do is known to delivery and web, the read model to web alone; nobody knows a command, and replay
    only the line: so each can run, fail and be tested without the others."""
    closed = {f"streams.{other}" for other in ROOMS_AROUND if other != room and other not in MAY_IMPORT[room]}
    strays = [
        f"{relative(path)}:{line} imports {name}"
        for path in sorted((STREAMS / room).rglob("*.py"))
        for name, line in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in closed)
    ]
    assert [] == strays


@pytest.mark.parametrize("room", ["deliver", "store", "web", "replay"])
def test_the_ways_out_import_no_agent(room: str) -> None:
    """They live beside the line: delivery, read model and web read topics, and know no agent and no engine. Replay runs
    the line itself: it gets the agents through app.py, so that it replays those that are live."""
    forbidden = {f"streams.{stage}.agent" for stage in STAGES}
    forbidden |= {"streams.app", "streams.engine"} if room != "replay" else set()
    strays = [
        f"{relative(path)}:{line} imports {name}"
        for path in sorted((STREAMS / room).rglob("*.py"))
        for name, line in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in forbidden)
    ]
    assert [] == strays


def test_routes_speak_sql_through_the_store() -> None:
    """Queries of the read model live in streams/store; of the web, tokens and sessions alone have tables."""
    strays = [
        f"{relative(path)}:{line} imports {name}"
        for path in sorted((STREAMS / "web").rglob("*.py"))
        if path.name not in ("tokens.py", "sessions.py")
        for name, line in imports(path)
        if name.split(".")[0] in ("sqlalchemy", "sqlite3") or name == "streams.store.tables"
    ]
    assert [] == strays


def test_one_clock() -> None:
    """Who reads the time of day asks streams/clock.py, and hands it on; commands may ask for themselves."""
    strays = [
        f"{relative(path)}:{node.lineno}"
        for room in MAY_IMPORT
        for path in sorted((STREAMS / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
    ]
    assert [] == strays


def test_every_stage_has_its_changelog() -> None:
    """The keeper on Kafka finds a declared changelog for each agent of the topology."""
    from schemas import topics
    from streams.engine.keeper_kafka import changelog_of

    assert {changelog_of(stage) for stage in STAGES} <= set(topics())


def test_the_desk_knows_no_stage_and_no_clock() -> None:
    """What people do is built of values that are passed in; delivery, web and command line share it. Of the stages it
    takes the words of the query language alone."""
    allowed = {"streams.detect.fold"}
    forbidden = {f"streams.{room}" for room in (*STAGES, "engine", "deliver", "store", "web", "replay", "cli")}
    strays = [
        f"{relative(path)}:{line}: {name}"
        for path in sorted((STREAMS / "desk").glob("*.py"))
        for name, line in imports(path)
        if name not in allowed
        and (name in CLOCKS_AND_CHANCE or any(name == room or name.startswith(f"{room}.") for room in forbidden))
    ]
    assert [] == strays


PLANNING = (
    "planner", "flush", "boundaries", "material", "filters", "windows", "heartbeat", "schedule", "state", "threads",
    "fates", "rebuild", "again",
)  # fmt: skip


@pytest.mark.parametrize("name", PLANNING)
def test_planning_is_pure(name: str) -> None:
    """Who is told what, and when, is decided by functions of values: no clock, randomness, file or network."""
    path = STREAMS / "deliver" / f"{name}.py"
    found = [f"line {line}: imports {module}" for module, line in imports(path) if module in CLOCKS_AND_CHANCE]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in FORBIDDEN_CALLS:
                found.append(f"line {node.lineno}: calls {called}()")
    assert [] == found

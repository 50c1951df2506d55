"""The deployment files: valid, safe by default, and doing what they say, without a container engine.

The Compose schema is the specification's own, from the package ``check-jsonschema``. Kafka's environment goes through
the program with which its image makes its configuration (part of Kafka's jar), and a broker is started from the
result. The commands of the services run as processes. What only an engine can show is listed in ``docs/deploy.md``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest
import yaml

from schemas import topic_of, topics_on
from streams.settings import Settings, read_settings
from tests.brokers import VERSION, KafkaMissing, free_ports, resolve_jars
from tests.integration.rig import Rig, wait_until

ROOT = Path(__file__).resolve().parents[2]
FILES = ("docker-compose.yml", "docs/docker-compose.host.yml")
COMMAND = str(Path(sys.executable).with_name("newsvane"))
VARIABLE = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")
STOP_S = 5.0


def load(file: str) -> dict[str, Any]:
    """A Compose file as it is without any variable set."""
    text = (ROOT / file).read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(VARIABLE.sub(lambda found: found["default"], text))
    return document


def environment(service: str, *files: str) -> dict[str, str]:
    """The variables of a service; later files win, as with ``docker compose -f … -f …``."""
    merged: dict[str, str] = {}
    for file in files or FILES[:1]:
        found = load(file)["services"].get(service, {}).get("environment", {})
        merged |= {name: str(value) for name, value in found.items()}
    return merged


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, arguments) of a Dockerfile."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


SERVICES: dict[str, dict[str, Any]] = load("docker-compose.yml")["services"]
OURS = ("topics", "worker", "serve", "cli")
DOCKERFILE = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES)
def test_the_file_is_valid(file: str) -> None:
    """It keeps to the JSON Schema of the Compose specification."""
    # located, not imported: the package imports an HTTP client
    schema = distribution("check-jsonschema").locate_file("check_jsonschema/builtin_schemas/vendor/compose-spec.json")
    validator = jsonschema_rs.validator_for(orjson.loads(Path(str(schema)).read_bytes()))
    assert [] == [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(load(file))]
    wrong = load(file)
    wrong["services"]["kafka"]["restarts"] = "never"
    assert not validator.is_valid(wrong)


def test_services_are_confined() -> None:
    """No service has capabilities, new privileges, unlimited memory, or a port or name that hinders a second one."""
    for name, service in SERVICES.items():
        assert ["ALL"] == service["cap_drop"], name
        assert ["no-new-privileges:true"] == service["security_opt"], name
        assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"]), name
        assert {"max-size", "max-file"} == set(service["logging"]["options"]), name
        assert not {"container_name", "network_mode", "privileged"} & set(service), name
        assert name == "serve" or "ports" not in service, name
    assert [True] * len(OURS) == [SERVICES[name]["read_only"] for name in OURS]


def test_the_host_port_is_opt_in_and_local() -> None:
    """The second file opens Kafka on the loopback interface alone, at the port that it advertises."""
    (ports,) = load("docs/docker-compose.host.yml")["services"]["kafka"]["ports"]
    address, outside, inside = ports.split(":")
    assert ("127.0.0.1", inside) == (address, outside)
    settings = environment("kafka", *FILES)
    assert settings["KAFKA_LISTENERS"].endswith(f",HOST://:{inside}")
    assert settings["KAFKA_ADVERTISED_LISTENERS"].endswith(f",HOST://127.0.0.1:{outside}")


def test_the_dashboard_is_local() -> None:
    """It is reached on the loopback interface alone, at the port where it listens; inside, it asks for tokens."""
    (ports,) = SERVICES["serve"]["ports"]
    settings = read_settings(environment("serve"))
    assert f"127.0.0.1:8787:{settings.web_port}" == ports
    assert ("0.0.0.0", "http://127.0.0.1:8787") == (settings.web_host, settings.web_public_url)
    assert settings.store == f"sqlite:///{settings.data_dir}/store.db"
    assert [f"serve-state:{settings.data_dir}"] == SERVICES["serve"]["volumes"]
    assert f"127.0.0.1:{settings.web_port}/healthz" in SERVICES["serve"]["healthcheck"]["test"][-1]


def test_services_start_in_order() -> None:
    """Topics wait for a Kafka that answers; workers for topics that are there."""
    assert {"kafka": {"condition": "service_healthy"}} == SERVICES["topics"]["depends_on"]
    assert {"condition": "service_completed_successfully"} == SERVICES["worker"]["depends_on"]["topics"]
    assert ["topics"] == [name for name, service in SERVICES.items() if "build" in service]
    assert {SERVICES["topics"]["image"]} == {SERVICES[name]["image"] for name in OURS}


def test_every_variable_is_a_setting() -> None:
    """All services agree on settings that newsvane knows, and on one broker; what serves has some of its own."""
    assert environment("topics") == environment("worker") == environment("cli")
    assert environment("worker").items() <= environment("serve").items()
    settings = read_settings(environment("worker"))
    assert "kafka://kafka:9092" == settings.broker
    assert [f"worker-state:{settings.data_dir}"] == SERVICES["worker"]["volumes"]
    assert settings.topic_partitions >= 3  # docker compose up --scale worker=3
    assert "LINE://kafka:9092" == environment("kafka")["KAFKA_ADVERTISED_LISTENERS"]


def test_kafka_takes_what_the_topics_declare() -> None:
    """Kafka's own limits are at least the declared ones, and it forgets no offset while the records are there."""
    kafka = environment("kafka")
    largest = max(int(topic.config.get("max.message.bytes", "0")) for topic in topics_on("kafka"))
    assert (largest, largest) == (int(kafka["KAFKA_MESSAGE_MAX_BYTES"]), int(kafka["KAFKA_REPLICA_FETCH_MAX_BYTES"]))
    inputs = [topic_of(kind) for kind in ("article-clean", "article-deduped", "match")]
    assert int(kafka["KAFKA_OFFSETS_RETENTION_MINUTES"]) * 60_000 > max(topic.retention_ms for topic in inputs)
    assert "false" == kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"]
    assert {"1"} == {value for name, value in kafka.items() if name.endswith(("REPLICATION_FACTOR", "MIN_ISR"))}
    assert f"apache/kafka:{VERSION}" == SERVICES["kafka"]["image"]
    assert [f"kafka-data:{kafka['KAFKA_LOG_DIRS']}"] == SERVICES["kafka"]["volumes"]


def test_the_health_check_asks_the_broker_whether_it_serves() -> None:
    """It runs Kafka's own tool, where the image has Kafka, and looks for a broker that is not fenced."""
    kind, command = SERVICES["kafka"]["healthcheck"]["test"]
    assert "CMD-SHELL" == kind
    assert "/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:9092 |" in command
    assert command.endswith("grep -q 'isFenced: false'")


def test_the_image_is_small_and_unprivileged() -> None:
    """A fixed user without root, pinned short image names, nothing fetched by ADD, no tools of the build stage."""
    assert [] == [rest for word, rest in DOCKERFILE if word == "ADD"]
    bases = [rest.split()[0] for word, rest in DOCKERFILE if word == "FROM"]
    assert {"python:3.11-slim"} == set(bases)
    # a short name of a registry's own library: a host would have a dot before the first slash
    images = [*bases, *(service["image"] for service in SERVICES.values())]
    assert [] == [image for image in images if not re.fullmatch(r"(?:[a-z]+/)?[a-z]+:(?!latest)[\w.-]+", image)]
    last = DOCKERFILE[[word for word, _ in DOCKERFILE].index("FROM", 1) :]
    users = [rest for word, rest in last if word == "USER"]
    assert [True] == [bool(re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)) for user in users]
    assert [] == [rest for word, rest in last if word == "RUN" and re.search(r"\b(pip|apt-get|gcc)\b", rest)]
    assert ("STOPSIGNAL", "SIGTERM") in last
    assert any(word == "ENV" and "PYTHONUNBUFFERED=1" in rest for word, rest in last)


def test_everything_that_the_image_copies_is_there() -> None:
    """Each COPY source exists, and .dockerignore lets through exactly those."""
    copied = [
        source
        for word, rest in DOCKERFILE
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert [] == [source for source in copied if not (ROOT / source).exists()]
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sorted(copied) == sorted(line.removeprefix("!") for line in ignore if line.startswith("!"))


def test_the_entry_point_is_our_command() -> None:
    """The image starts the console script of the package, and each service one of its commands."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert ("ENTRYPOINT", '["newsvane"]') in DOCKERFILE
    assert ("CMD", '["run"]') in DOCKERFILE
    assert "newsvane" in scripts
    assert [["topics", "apply"], ["run"], ["serve"], ["check"]] == [SERVICES[name]["command"] for name in OURS]


@pytest.fixture(scope="module")
def composed_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Kafka configured by the file's environment alone, addresses and folders apart; its URL."""
    try:
        jars = resolve_jars()
    except KafkaMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Kafka in CI: {missing}")
        pytest.skip(f"no Kafka: {missing}")
    folder = tmp_path_factory.mktemp("composed")
    port, controller = free_ports(2)
    variables = {
        name: value.replace(":9093", f":{controller}").replace(":9092", f":{port}").replace("//kafka:", "//127.0.0.1:")
        for name, value in environment("kafka").items()
    } | {"KAFKA_LOG_DIRS": str(folder / "data")}
    for name in ("defaults", "mounted", "config", "data"):
        (folder / name).mkdir()
    java = ["java", *variables.pop("KAFKA_HEAP_OPTS").replace("-Xms1g", "-Xms256m").split(), "-XX:TieredStopAtLevel=1"]
    java += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars}/*"]
    setup = ["setup", "-D", str(folder / "defaults"), "-M", str(folder / "mounted"), "-F", str(folder / "config")]
    with (folder / "kafka.log").open("wb") as log:
        subprocess.run(
            [*java, "kafka.docker.KafkaDockerWrapper", *setup],
            env={**os.environ, **variables}, stdout=log, stderr=log, check=True, timeout=60,
        )  # fmt: skip
        server = subprocess.Popen(
            [*java, "kafka.Kafka", str(folder / "config" / "server.properties")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        url = f"kafka://127.0.0.1:{port}"
        wait_until(lambda: server.poll() is not None or serves(url), "kafka answers")
        assert server.poll() is None, (folder / "kafka.log").read_text()[-1000:]
        yield url
    finally:
        server.kill()
        server.wait()


def serves(url: str) -> bool:
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"), bootstrap_timeout_ms=2000)
    except (OSError, KafkaError):
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    finally:
        admin.close()


def start(service: str, changes: Mapping[str, str], folder: Path) -> subprocess.Popen[str]:
    """Run the service's command with its own environment and nothing else of ours."""
    entry = orjson.loads(dict(DOCKERFILE)["ENTRYPOINT"])
    assert ["newsvane"] == entry
    base = {name: os.environ[name] for name in ("PATH",)}
    return subprocess.Popen(
        [COMMAND, *SERVICES[service]["command"]],
        env={**base, "PYTHONUNBUFFERED": "1", **environment(service), **changes},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_once(service: str, changes: Mapping[str, str], folder: Path) -> str:
    """What a one-shot service says."""
    process = start(service, changes, folder)
    out, err = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, err)
    return out


def says_ready(worker: subprocess.Popen[str]) -> bool:
    """Wait for the worker's word; False where it ends without."""
    assert worker.stderr is not None
    return any("newsvane: ready" in line for line in worker.stderr)


@pytest.mark.kafka
def test_the_services_do_their_work(composed_kafka: str, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """Topics are created once, two workers share the line and a folder, an article comes out, SIGTERM ends both."""
    changes = {
        "NEWSVANE_BROKER": composed_kafka,
        "NEWSVANE_DATA_DIR": str(tmp_path / "state"),
        "NEWSVANE_NAMESPACE": f"{unique('compose')}-",
    }
    created, repeated = (run_once("topics", changes, tmp_path) for _ in range(2))
    assert f"{len(topics_on('kafka'))} topics created on {composed_kafka}" == created.splitlines()[-1]
    assert "every topic is there already\n" == repeated
    checked = subprocess.run(
        [COMMAND, "topics", "check"], env={**os.environ, **environment("topics"), **changes}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (0, "") == (checked.returncode, checked.stderr), checked.stdout

    partitions = read_settings(environment("worker")).topic_partitions
    rig = Rig(Settings(broker=composed_kafka, namespace=changes["NEWSVANE_NAMESPACE"], data_dir=tmp_path / "own"))
    workers = [start("worker", changes, tmp_path) for _ in range(2)]
    try:
        assert partitions == rig.log.partitions(topic_of("article-raw").name)
        assert [True, True] == [says_ready(worker) for worker in workers]
        outlets = {f"outlet-{number}.example" for number in range(12)}
        rig.feed([raw_article(outlet) for outlet in sorted(outlets)])
        # a later record revises an earlier one under the same id, so their number may be larger
        wait_until(lambda: outlets == {mention["outlet"] for mention in rig.records("mention")}, "each has a mention")
        # each worker took a file of its own in the shared folder
        assert ["state-0.db", "state-1.db"] == sorted(path.name for path in (tmp_path / "state").rglob("state-*.db"))
        assert [None, None] == [worker.poll() for worker in workers]

        began = time.monotonic()
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        said = [worker.communicate(timeout=60)[1] for worker in workers]
        took_s = time.monotonic() - began
        assert [0, 0] == [worker.returncode for worker in workers], said
        assert took_s < STOP_S
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
        rig.close()


@pytest.mark.kafka
def test_the_dashboard_asks_for_a_token(composed_kafka: str, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """Without one it does not start and says how to make one; with one it serves who has it, and SIGTERM ends it."""
    (port,) = free_ports(1)
    changes = {
        "NEWSVANE_BROKER": composed_kafka,
        "NEWSVANE_DATA_DIR": str(tmp_path / "state"),
        "NEWSVANE_STORE": f"sqlite:///{tmp_path}/store.db",
        "NEWSVANE_NAMESPACE": f"{unique('served')}-",
        "NEWSVANE_WEB_PORT": str(port),
        "NEWSVANE_WEB_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    run_once("topics", changes, tmp_path)
    refused = start("serve", changes, tmp_path)
    _, said = refused.communicate(timeout=60)
    assert (refused.returncode, "newsvane token create" in said) == (2, True), said
    made = subprocess.run(
        [COMMAND, "token", "create", "desk", "--json"], env={**os.environ, **environment("serve"), **changes},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    token = orjson.loads(made.stdout)["token"]
    serving = start("serve", changes, tmp_path)
    try:
        assert serving.stderr is not None
        assert serving.stderr.readline().startswith("newsvane: dashboard at ")
        assert (401, 200) == (status_of(port), status_of(port, token))
        serving.send_signal(signal.SIGTERM)
        _, said = serving.communicate(timeout=60)
        assert (0, "newsvane: stopped") == (serving.returncode, said.splitlines()[-1])
    finally:
        serving.kill()
        serving.communicate()


def status_of(port: int, token: str | None = None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.get(f"http://127.0.0.1:{port}/v1/alerts", headers=headers, timeout=10).status_code


def raw_article(outlet: str) -> dict[str, Any]:
    """What the shipped watch about Belarus matches, in other words for each outlet."""
    return {
        "id": "1",
        "outlet": outlet,
        "title": "Belarus will join the war only if attacked, minister says",
        "text": f"Belarus will enter the war only if it is attacked, its defence minister told {outlet} on Monday. "
        "“Our army will fight only if an enemy crosses the border of Belarus,” he said.",
        "url": f"https://{outlet}/minister",
        "published_at": "2026-03-02T09:00:00Z",
        "arrived_at": "2026-03-02T09:05:00.000Z",
        "language": "en",
    }

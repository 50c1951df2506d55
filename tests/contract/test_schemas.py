"""The contracts hold together: topics, records, examples, types and what was published.

After a compatible growth of a record pin its new shape: ``.venv/bin/python tests/contract/pin_schemas.py KIND``.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import jsonschema_rs
import orjson
import pytest
import yaml

from schemas import dead_letters_of, records, topic_of, topics, validate
from schemas.compatibility import breaks, shape_of
from schemas.explain import culprit_path, first_breach, pointer
from schemas.loader import _validator
from streams.errors import InvalidRecord
from streams.log.limits import MAX_BATCH_BYTES
from streams.model import people
from streams.model import records as model
from streams.model.watch import Watch

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
PUBLISHED = Path(__file__).parent / "published"
KINDS = sorted(records())
INPUTS = {
    "clean": "articles-raw",
    "dedupe": "articles-clean",
    "detect": "articles-deduped",
    "stance": "matches",
    "alert": "mentions",
}
TYPES: dict[str, Any] = {
    "article-raw": model.RawArticle,
    "article-clean": model.Article,
    "article-deduped": model.DedupedArticle,
    "match": model.Match,
    "mention": model.Mention,
    "statement": model.StatementRecord,
    "alert": model.Alert,
    "watch": Watch,
    "subscription": people.Subscription,
    "silence": people.Silence,
    "acknowledgement": people.Acknowledgement,
    "feedback": people.Feedback,
}


def examples(verdict: str) -> list[Any]:
    paths = sorted((SCHEMAS / "examples" / verdict).rglob("*.json"))
    return [pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.stem}") for path in paths]


def test_every_record_has_a_topic_and_every_topic_a_record() -> None:
    """No orphans: the record kinds of the topics are those of the schemas; changelogs alone are binary."""
    declared = {topic.record for topic in topics().values()}
    assert {*KINDS, None} == declared
    assert {f"{stage}-state" for stage in INPUTS} == {t.name for t in topics().values() if t.record is None}


def test_every_record_kind_has_one_topic() -> None:
    """``topic_of`` is unambiguous; dead letters have one for each agent's input."""
    for kind in KINDS:
        if kind != "dead-letter":
            assert kind == topic_of(kind).record
    twins = {dead_letters_of(topic).name for topic in INPUTS.values()}
    assert twins == {topic.name for topic in topics().values() if topic.record == "dead-letter"}


def test_keys_are_required_texts_of_their_record() -> None:
    """A key can always be made: its fields are required and are strings."""
    for topic in topics().values():
        for field in topic.key_fields:
            assert topic.record is not None
            schema = records()[topic.record]
            assert field in schema["required"], f"{topic.name}: {field}"
            assert schema["properties"][field]["type"] == "string", f"{topic.name}: {field}"


def test_a_compacted_topic_is_keyed_by_the_id_of_its_record() -> None:
    """Compaction keeps the last record of a key: a key that is only a watch would lose alerts."""
    compacted = {t.name: t.key_fields for t in topics().values() if t.cleanup == "compact" and t.record is not None}
    assert compacted == {
        "alerts": ("watch_id", "alert_id"),
        "statements": ("watch_id", "statement_id"),
        "dead-letter-status": ("dead_letter_id",),
    }


def test_stages_read_their_input_and_keep_a_changelog_beside_it() -> None:
    """The changelog has its stage's name, is Kafka's alone and has as many partitions as the input."""
    for stage, topic in INPUTS.items():
        assert stage in topics()[topic].readers
        changelog = topics()[f"{stage}-state"]
        assert (topic, ("kafka",), "compact", (stage,)) == (
            changelog.partitions_of,
            changelog.logs,
            changelog.cleanup,
            changelog.writers,
        )
        assert (stage,) == dead_letters_of(topic).writers


def test_clean_articles_outlive_the_window_of_dedupe() -> None:
    """Dedupe reads earlier texts from articles-clean, up to 30 days later, and needs some days to be late."""
    assert topics()["articles-clean"].retention_ms >= (30 + 7) * 86_400_000


def test_history_and_what_people_do_is_kept_for_ever() -> None:
    """Raw articles, watches and everything that people did survive any rebuild."""
    kept = ["articles-raw", "watches", "subscriptions", "silences", "acknowledgements", "feedback"]
    assert dict.fromkeys(kept, (-1, "delete")) == {
        name: (topics()[name].retention_ms, topics()[name].cleanup) for name in kept
    }


def test_every_topic_takes_a_batch_of_the_greatest_size() -> None:
    """The logs write a partition's batch at once, up to one limit for all topics."""
    assert {str(MAX_BATCH_BYTES)} == {topic.config["max.message.bytes"] for topic in topics().values()}


def test_schemas_are_schemas_and_say_who_they_are() -> None:
    """Every file is valid JSON Schema 2020-12, with id, version and open to unknown fields."""
    for kind, schema in records().items():
        jsonschema_rs.meta.validate(dict(schema))
        assert f"newsvane:{kind}/{schema['x-version']}" == schema["$id"]
        assert schema["additionalProperties"] is True
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_field_is_described() -> None:
    """A reader learns what a field means from the schema alone."""
    silent = []
    for kind, schema in records().items():
        objects = [(kind, schema), *((f"{kind}#{name}", node) for name, node in schema.get("$defs", {}).items())]
        for name, node in objects:
            for field, child in {"": node, **node.get("properties", {})}.items():
                if len(child.get("description", "")) < 4:
                    silent.append(f"{name}/{field}")
    assert silent == []


def test_shared_parts_are_the_same_everywhere() -> None:
    """Schemas stand alone, so what they share is written more than once: it must not drift."""
    shared: dict[str, tuple[str, Any]] = {}
    for kind, schema in records().items():
        for name, node in schema.get("$defs", {}).items():
            first, known = shared.setdefault(name, (kind, node))
            assert known == node, f"$defs/{name} differs in {first} and {kind}"
    clean = records()["article-clean"]["properties"]
    for kind in ("article-deduped", "match"):
        assert clean == {name: records()[kind]["properties"][name] for name in clean}


def test_derived_records_carry_the_rules_that_made_them() -> None:
    """A record made by rules says by which version; what people write and the raw input does not."""
    by_people = {"article-raw", "watch", "subscription", "silence", "acknowledgement", "dead-letter-status", "delivery"}
    assert {kind: kind not in by_people for kind in KINDS} == {
        kind: "rules" in records()[kind]["required"] for kind in KINDS
    }


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_types_and_schemas_say_the_same(kind: str) -> None:
    """The TypedDicts of the model have the fields, the required ones and the types of the wire."""
    schema = records()[kind]
    assert list(_differences(TYPES[kind], schema, schema, kind)) == []


@pytest.mark.parametrize(("kind", "path"), examples("valid"))
def test_valid_examples_hold(kind: str, path: Path) -> None:
    """What is shown as valid is accepted, gives a key, and survives the wire."""
    record = orjson.loads(path.read_bytes())
    validate(kind, record)
    if kind != "dead-letter":
        topic = topic_of(kind)
        assert topic.key_of(record).startswith(topic.partition_key_of(record))


@pytest.mark.parametrize(("kind", "path"), examples("invalid"))
def test_invalid_examples_fail_for_their_reason(kind: str, path: Path) -> None:
    """What is shown as invalid is refused, and the one breach that a person is told is the expected one."""
    example = orjson.loads(path.read_bytes())
    assert {"expect", "record"} == set(example)
    with pytest.raises(InvalidRecord) as caught:
        validate(kind, example["record"])
    assert ("schema", example["expect"]["pointer"]) == (caught.value.reason, caught.value.field)
    breach = first_breach(records()[kind], _validator(kind), example["record"])
    assert example["expect"] == {"pointer": pointer(culprit_path(breach)), "keyword": breach.kind.name}


def test_every_record_has_its_examples() -> None:
    """At least two valid and three invalid ones each, and no folder without a record."""
    for verdict, least in (("valid", 2), ("invalid", 3)):
        counts = {
            path.name: len(list(path.glob("*.json"))) for path in sorted((SCHEMAS / "examples" / verdict).iterdir())
        }
        assert sorted(counts) == KINDS
        assert {kind: number for kind, number in counts.items() if number < least} == {}


def test_valid_examples_use_every_field() -> None:
    """No field is without an example of what stands in it."""
    for kind, schema in records().items():
        used: set[str] = set()
        for path in (SCHEMAS / "examples" / "valid" / kind).glob("*.json"):
            used |= set(orjson.loads(path.read_bytes()))
        assert sorted(set(schema["properties"]) - used) == [], kind


def test_versions_have_no_gaps() -> None:
    """Each record has a pinned shape for each of its versions, and there is no pin of anything else."""
    expected = {f"{kind}.{n}.json" for kind, schema in records().items() for n in range(1, schema["x-version"] + 1)}
    assert expected == {path.name for path in PUBLISHED.iterdir()}


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.json")), ids=lambda path: path.stem)
def test_published_shapes_still_hold(path: Path) -> None:
    """Nothing that was published is taken back: a breaking change is a new topic."""
    kind = path.name.split(".")[0]
    assert breaks(orjson.loads(path.read_bytes()), shape_of(records()[kind])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_growth_is_pinned(kind: str) -> None:
    """The newest pin is the present shape, so that the next change is compared with what readers see now."""
    pinned = orjson.loads((PUBLISHED / f"{kind}.{records()[kind]['x-version']}.json").read_bytes())
    assert shape_of(records()[kind]) == pinned, f"run .venv/bin/python tests/contract/pin_schemas.py {kind}"


def test_topic_files_are_what_is_loaded() -> None:
    """One file a topic, no other file beside them."""
    files = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (SCHEMAS / "topics").iterdir()}
    assert {f"{name}.yaml" for name in topics()} == set(files)
    assert list(topics()) == sorted(topics())


@pytest.mark.parametrize("name", [*sorted(topics()), *KINDS])
def test_topics_and_records_are_documented(name: str) -> None:
    """docs/contracts.md names every topic and every record."""
    page = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page


def _differences(hint: Any, node: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    """Where a type and a schema disagree, one line each."""
    node, nullable = _open(node, root)
    hint, optional = _without_none(hint)
    if optional != nullable:
        yield f"{at}: null is {'not ' if optional else ''}allowed by the schema"
    if is_typeddict(hint):
        fields = get_type_hints(hint, include_extras=True)
        if set(fields) != set(node.get("properties", {})):
            yield f"{at}: fields {sorted(set(fields) ^ set(node.get('properties', {})))}"
            return
        required = {field for field, inner in fields.items() if get_origin(inner) is not NotRequired}
        if required != set(node.get("required", ())):
            yield f"{at}: required {sorted(required ^ set(node.get('required', ())))}"
        for field, inner in fields.items():
            inner = get_args(inner)[0] if get_origin(inner) is NotRequired else inner
            yield from _differences(inner, node["properties"][field], root, f"{at}/{field}")
    elif get_origin(hint) is list:
        yield from _differences(get_args(hint)[0], node["items"], root, f"{at}/*")
    elif get_origin(hint) is dict and get_args(hint)[1] is not Any:
        yield from _differences(get_args(hint)[1], node["additionalProperties"], root, f"{at}/*")
    elif get_origin(hint) is Literal:
        if sorted(get_args(hint)) != sorted(value for value in node.get("enum", ()) if value is not None):
            yield f"{at}: enum {node.get('enum')}; the type says {get_args(hint)}"
    else:
        names = {str: "string", int: "integer", bool: "boolean", float: "number"}
        expected = names.get(hint, "object")
        kinds = node.get("type")
        found = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds or []) if kind != "null"]
        if found != [expected] or "enum" in node:
            yield f"{at}: {found or node}; the type says {expected}"


def _open(node: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    nullable = False
    if {"type": "null"} in node.get("anyOf", ()):
        node, nullable = node["anyOf"][0], True
    if "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node, nullable or "null" in node.get("type", ())


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return inner[0], len(inner) < len(get_args(hint))
    return hint, False

"""The published schemas are those of the very parser, and the golden messages keep to them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices.wire_messages import LEAF_OF
from devices.wire_schema import message_schemas, schema_name
from hubout.cli import run
from hubout.cmd_schema import registry_openapi

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "schema"
GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "tests" / "contract" / "messages.json").read_text())
SCHEMAS = message_schemas()


def published(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PUBLISHED / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_messages_schema_is_published_as_it_is_kept(name: str) -> None:
    assert published(name) == SCHEMAS[name], "run hubout schema"


def test_the_registrys_openapi_is_published_as_it_is_kept() -> None:
    assert published("registry.openapi") == json.loads(json.dumps(registry_openapi())), "run hubout schema"


def test_nothing_else_is_published() -> None:
    assert {path.stem for path in PUBLISHED.iterdir()} == {*SCHEMAS, "registry.openapi", "replica-file"}


def test_every_message_has_its_schema() -> None:
    assert {schema_name(cls) for cls in LEAF_OF} == set(SCHEMAS)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in GOLDEN])
def test_a_golden_message_has_what_its_schema_requires_and_nothing_else(row: dict[str, Any]) -> None:
    content, schema = json.loads(row["payload"]), SCHEMAS[row["leaf"]]
    assert set(schema["required"]) <= set(content) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("name", "topic", "qos", "retained", "expiry_s"),
    [
        ("status", "hubout/<site>/<device>/status", 1, True, None),
        ("tap", "hubout/<site>/<device>/tap", 1, False, None),
        ("heartbeat", "hubout/<site>/<device>/heartbeat", 0, False, None),
        ("beacon", "hubout/<site>/gateway/beacon", 0, False, None),
        ("feedback", "hubout/<site>/<device>/feedback", 1, False, 5),
        ("command", "hubout/<site>/<device>/command", 1, False, 5),
    ],
)
def test_a_schema_says_how_its_message_travels(
    name: str, topic: str, qos: int, retained: bool, expiry_s: int | None
) -> None:
    schema = SCHEMAS[name]
    travels = [schema[f"x-{key}"] for key in ("topic", "qos", "retained", "expiry-s")]
    assert travels == [topic, qos, retained, expiry_s]


def test_the_command_writes_what_is_published(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hubout", "schema", "--dir", str(tmp_path / "new" / "schema")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("14 schemas in ")
    for path in PUBLISHED.iterdir():
        assert (tmp_path / "new" / "schema" / path.name).read_text() == path.read_text(), "run hubout schema"


def test_the_command_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {*SCHEMAS, "registry.openapi", "replica-file"}


def test_a_folder_that_cannot_be_written_is_one_sentence_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(["schema", "--dir", str(tmp_path / "file" / "schema")]) == 2
    assert "name another with --dir" in capsys.readouterr().err

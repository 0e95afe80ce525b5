"""Write the JSON Schemas of all device messages and of the replica file, and the registry's OpenAPI."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from devices.replica_file_model import replica_file_schema
from devices.wire_schema import message_schemas
from registry.app import create_app
from registry.settings import Settings

DEFAULT = Path("docs") / "schema"
OPENAPI = "registry.openapi"
REPLICA_FILE = "replica-file"


@click.command("schema")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT,
    show_default=True,
    help="Where to write; it is made if it is not there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object instead, by name.")
@click.pass_context
def command(ctx: click.Context, folder: Path, *, as_json: bool) -> None:
    """Write one JSON Schema a device message, that of the replica file, and the registry's OpenAPI, as this very
    version keeps them.

    Example: hubout schema --dir docs/schema
    """
    schemas = {**message_schemas(), REPLICA_FILE: replica_file_schema(), OPENAPI: registry_openapi()}
    if as_json:
        click.echo(json.dumps(schemas))
        return
    try:
        _write(folder, schemas)
    except OSError as error:
        raise click.UsageError(
            f"{folder} cannot be written ({error.strerror}); name another with --dir.", ctx
        ) from error
    click.echo(f"{len(schemas)} schemas in {folder}")


def registry_openapi() -> dict[str, Any]:
    """The registry's OpenAPI, from its application on an empty database of its own."""
    with TemporaryDirectory(prefix="hubout-schema-") as folder:
        app = create_app(Settings(f"sqlite:///{folder}/registry.db", Path(folder) / "keys"))
        try:
            return app.openapi()
        finally:
            app.state.shared.database.close()


def _write(folder: Path, schemas: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        # The registry's is long: a line for each member shows what changed, blanks before each would add a half.
        text = json.dumps(schema, indent=0 if name == OPENAPI else 1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")

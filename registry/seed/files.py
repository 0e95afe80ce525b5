"""Reading an example: a folder of TOML files, each a part of it. The package brings the two municipalities' as one."""

import json
import tomllib
from pathlib import Path

from pydantic import ValidationError

from registry.seed.shapes import Example

SHIPPED = Path(__file__).parent / "example"
DEFAULT = "hubout"
"""The project's own setting: Cinisello Balsamo and Matera."""
MOST_BYTES = 1_000_000


class BadExample(ValueError):
    """An example cannot be used; the message names file and place."""


def shipped() -> list[str]:
    """The names of the examples that the package brings."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


def folder_of(name: str) -> Path:
    """Where an example lies: one that the package brings, or a folder of one's own. Raises BadExample."""
    own = Path(name)
    found = SHIPPED / name if name in shipped() else own
    if not found.is_dir():
        known = ", ".join(shipped())
        raise BadExample(f"there is no example {name}; name one of {known}, or a folder of TOML files.")
    return found


def read_example(folder: Path) -> Example:
    """All of an example's files together. Raises BadExample."""
    whole: dict[str, list[object]] = {}
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise BadExample(f"{folder} holds no TOML file; name the folder of an example.")
    for path in files:
        for kind, rows in _read(path).items():
            whole.setdefault(kind, []).extend(rows if isinstance(rows, list) else [rows])
    return _checked(whole, folder)


def _read(path: Path) -> dict[str, object]:
    """A file's tables, each checked by itself so that a mistake is named with its file."""
    try:
        raw = path.read_bytes()
        if len(raw) > MOST_BYTES:
            raise BadExample(f"{path} is larger than {MOST_BYTES} bytes; part it in several files.")
        found = tomllib.loads(raw.decode())
    except (OSError, ValueError) as error:
        raise BadExample(f"{path} cannot be read: {error}.") from None
    _checked(found, path)
    return found


def _checked(found: object, where: Path) -> Example:
    try:
        # Read as JSON: strict there as everywhere, and a list may be a pair.
        return Example.model_validate_json(json.dumps(found, default=str))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadExample(f"{where}: {place}: {first['msg']}.") from None

"""The links of wall displays: who made which, and the hash of each one's secret; never the secret (guarantee P8).

They lie in one small file of the site's storage, which the pages alone write.
"""

import hmac
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

DISPLAYS_FILE = "displays.json"
MOST_DISPLAYS = 20
FILE_BYTES = 64 * 1024
SECRET_CHARACTERS = 200
ID_CHARACTERS = 12
LOG = logging.getLogger(__name__)


class TooMany(ValueError):
    """So many displays have a link already as may have one."""


@dataclass(frozen=True, slots=True)
class Display:
    """One display's link: what staff call it, who made it and when (Unix ms), and the SHA-256 of its secret."""

    name: str
    author: str
    made_ms: int
    digest: str

    @property
    def id(self) -> str:
        """What staff's pages name it by; it opens nothing."""
        return self.digest[:ID_CHARACTERS]


_stored: TypeAdapter[list[Display]] = TypeAdapter(list[Display])


class Displays:
    """The links in the file at ``path``; a file that cannot be read is set aside, and then no link holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_digest: Mapping[str, Display] = {one.digest: one for one in _read(path)}

    def all(self) -> list[Display]:
        """Every link, oldest first."""
        return list(self._by_digest.values())

    def of(self, secret: str) -> Display | None:
        """The display whose link has this secret."""
        digest = _digest(secret)
        return next((one for one in self._by_digest.values() if hmac.compare_digest(one.digest, digest)), None)

    def find(self, ident: str) -> Display | None:
        """The display that staff's pages name so."""
        return next((one for one in self._by_digest.values() if one.id == ident), None)

    def make(self, name: str, author: str, made_ms: int, secret: str) -> Display:
        """Let a link with this secret, which nobody can guess, hold from now on. Raises TooMany, or OSError where it
        cannot be written.
        """
        if len(self._by_digest) >= MOST_DISPLAYS:
            raise TooMany
        made = Display(name, author, made_ms, _digest(secret))
        self._keep({**self._by_digest, made.digest: made})
        return made

    def revoke(self, display: Display) -> None:
        """Let a link hold no more, from now on. Raises OSError where that cannot be written; it holds no more then
        either, until the next start.
        """
        self._by_digest = {digest: one for digest, one in self._by_digest.items() if digest != display.digest}
        self._keep(self._by_digest)

    def _keep(self, held: Mapping[str, Display]) -> None:
        write_whole(self._path, json.dumps([asdict(one) for one in held.values()], ensure_ascii=False).encode())
        self._by_digest = held


def _digest(secret: str) -> str:
    return sha256(secret[:SECRET_CHARACTERS].encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> list[Display]:
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        return []
    try:
        if len(held) <= FILE_BYTES:
            return _stored.validate_json(held)[:MOST_DISPLAYS]
    except ValidationError:
        pass
    aside = path.with_suffix(".damaged")
    LOG.warning("%s holds no displays' links: it is set aside as %s; make the links anew", path, aside.name)
    with suppress(OSError):
        path.replace(aside)
    return []


def write_whole(path: Path, content: bytes) -> None:
    """Put a whole small file in its place, on disk, readable by its owner alone. Raises OSError, and then the old one
    is there.
    """
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)

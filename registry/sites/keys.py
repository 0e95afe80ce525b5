"""The sites' credential keys: one file a site, apart from the database and its backups, its owner's alone to read."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from access.credential import KEY_BYTES


class BadKey(ValueError):
    """A key file cannot be used; the message names the file and never its content."""


def write_secret(path: Path, text: str) -> None:
    """Write a new file that its owner alone can read (0600), on disk when this returns. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class Keys:
    """A folder of key files, ``<site>.key``, each 64 hex digits."""

    folder: Path

    def open(self) -> None:
        """Make the folder where it is missing."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, site: str, key: bytes) -> bytes:
        """Keep a new site's key, and give it; where a file of this site is left from before, that one."""
        with suppress(FileExistsError):
            write_secret(self._path(site), key.hex())
        return self.of(site)

    def replace(self, site: str, key: bytes) -> None:
        """Put a site's new key where the old one was, which is nowhere then; on disk when this returns."""
        path = self._path(site)
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        write_secret(fresh, key.hex())
        fresh.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def of(self, site: str) -> bytes:
        """A site's key. Raises BadKey."""
        path = self._path(site)
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise BadKey(f"{path} cannot be read as a key; put the site's credential key back there") from error
        if len(key) != KEY_BYTES:
            raise BadKey(f"{path} holds no key of {KEY_BYTES} bytes; put the site's credential key back there")
        return key

    def of_all(self, sites: Iterable[str]) -> dict[str, bytes]:
        """The keys of these sites, by site. Raises BadKey."""
        return {site: self.of(site) for site in sites}

    def _path(self, site: str) -> Path:
        return self.folder / f"{site}.key"

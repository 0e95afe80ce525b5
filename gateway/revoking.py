"""Taking the signed file of revocations: ``hubout revoke`` puts it into the storage, and the loop reads and checks it.

The file is checked here as it was by the command: whoever can speak on the feed's socket cannot say who is revoked.
"""

from collections.abc import Callable
from pathlib import Path

from access.events import RevocationsTold
from access.revocations import MOST_BYTES, BadRevocations, newer, read

REVOCATIONS_FILE = "revocations"


class Revoking:
    """The file at ``path``, for ``site`` and its key; ``last`` says of which generation and version the last one was
    that was taken.
    """

    def __init__(self, path: Path, site: str, credential_key: bytes, last: Callable[[], tuple[str, int]]) -> None:
        self._path, self._site, self._key, self._last = path, site, credential_key, last

    def __call__(self, author: str) -> RevocationsTold:
        """What the file tells the core. Raises BadRevocations."""
        found = read(raw_of(self._path), self._site, self._key)
        newer(found, self._last())
        return RevocationsTold(found.generation, found.version, found.as_denials(), author)


def raw_of(path: Path) -> bytes:
    """A file's bytes, one more than it may have at most. Raises BadRevocations."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadRevocations(f"{path} cannot be read: {error.strerror}") from error


def nothing_to_read(_author: str) -> RevocationsTold:
    """Where no storage is. Raises BadRevocations."""
    raise BadRevocations("this gateway reads none")

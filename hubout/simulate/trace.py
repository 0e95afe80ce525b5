"""What a run did, as one digest: the same seed gives the same, byte for byte (guarantee S13)."""

from hashlib import sha256


class Trace:
    """Takes everything that crosses between the parts of the world, in order."""

    def __init__(self) -> None:
        self._hash = sha256()
        self.events = 0

    def note(self, now_ms: int, what: str, payload: bytes = b"") -> None:
        """One thing that happened."""
        self.events += 1
        self._hash.update(b"%d %b %d\n%b\n" % (now_ms, what.encode(), len(payload), payload))

    def digest(self) -> str:
        """The digest so far, in hex."""
        return self._hash.hexdigest()

"""A lock on a file, held while its process lives: two gateways never write one log."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gateway.database import StoreBroken


@dataclass(frozen=True, slots=True)
class FileLock:
    """A lock that is held; the kernel lets go of it when the process ends, however it ends."""

    descriptor: int

    @classmethod
    def taken(cls, path: Path) -> Self:
        """The lock on this file, which is made where absent. Raises StoreBroken where another process holds it."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreBroken(f"{path} cannot be made: {error.strerror}; see that its folder can be written") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreBroken(f"another process holds {path}; end the other gateway of this log first") from error
        return cls(descriptor)

    def release(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)

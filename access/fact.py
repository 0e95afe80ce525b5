"""What every fact is."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fact:
    """The base of all facts."""

    KIND: ClassVar[str]

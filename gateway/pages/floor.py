"""Where desks, doors, zones and rooms stand on the floor plan, as staff have drawn it: one small file of the site's
storage.

It goes before the site file's places, all of them. The last few drawings are kept, so that a change can be undone.
"""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from gateway.pages.display_links import write_whole

FLOOR_FILE = "plan.json"
FILE_BYTES = 1024 * 1024
FARTHEST = 10_000
"""In plan units, as in the site file."""
KEPT = 10
LOG = logging.getLogger(__name__)

Unit = Annotated[int, Field(ge=0, le=FARTHEST)]
Places = dict[str, tuple[Unit, Unit] | tuple[Unit, Unit, Unit, Unit]]
"""Places by ``desk:d1`` and ``door:front``, from the upper left; with width and height by ``zone:sala`` and
``room:r1``.
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The drawing that holds, and those before it, the latest last."""

    now: Places
    before: list[Places]


_stored: TypeAdapter[Drawn] = TypeAdapter(Drawn)


class Floor:
    """The drawing in the file at ``path``; a file that cannot be read is set aside, and the site file's places hold."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drawn = _read(path)

    @property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """What staff have drawn."""
        return self._drawn.now

    @property
    def undoable(self) -> bool:
        """Whether there is a drawing before this one."""
        return bool(self._drawn.before)

    def draw(self, places: Places) -> None:
        """Let this drawing hold. Raises OSError where it cannot be written; then nothing changed."""
        if places != self._drawn.now:
            self._keep(Drawn(places, [*self._drawn.before, self._drawn.now][-KEPT:]))

    def undo(self) -> None:
        """Let the drawing before this one hold again. Raises OSError, as above."""
        if self._drawn.before:
            *before, last = self._drawn.before
            self._keep(Drawn(last, before))

    def _keep(self, drawn: Drawn) -> None:
        write_whole(self._path, json.dumps(asdict(drawn)).encode())
        self._drawn = drawn


def _read(path: Path) -> Drawn:
    nothing = Drawn({}, [])
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        return nothing
    try:
        if len(held) <= FILE_BYTES:
            return _stored.validate_json(held)
    except ValidationError:
        pass
    LOG.warning("%s holds no floor plan: it is set aside, and the site file's places hold", path)
    with suppress(OSError):
        path.replace(path.with_suffix(".damaged"))
    return nothing

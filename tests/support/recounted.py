"""Presence and attendance counted again from a log's raw rows, as somebody with pen and paper would: no code of ours.

Rows are (time in ms, kind, body); a body is the JSON that was logged. What is said of names is all that is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

Row = tuple[int, str, dict[str, object]]


@dataclass
class Day:
    """``here``: person → [zone, since when at the site, since when in the zone].

    ``over``: (person, zone, from, to, how).
    """

    here: dict[str, list[object]] = field(default_factory=dict)
    over: list[tuple[object, ...]] = field(default_factory=list)

    def read(self, rows: Iterable[Row]) -> "Day":
        """Count these rows too."""
        for at_ms, kind, body in rows:
            if kind == "entered":
                self._came(at_ms, str(body["person"]), str(body["zone"]), str(body.get("outer", "")))
            elif kind == "left" and body.get("person"):
                self._went(at_ms, body)
            elif kind == "day-closed":
                for person in sorted(self.here):
                    self._end(person, at_ms, "system")
            elif kind == "checkpoint":
                told = body["occupancy"]["stays"]  # type: ignore[index]
                assert sorted(self.here) == sorted(row[0] for row in told), "a checkpoint moves nobody"
        return self

    def _came(self, at_ms: int, person: str, zone: str, outer: str) -> None:
        was = self.here.get(person)
        since: object = at_ms
        if was is not None:
            walked = was[0] == outer
            since = was[1] if walked else at_ms
            self._end(person, at_ms, "moved" if walked else "system")
        self.here[person] = [zone, since, at_ms]

    def _went(self, at_ms: int, body: dict[str, object]) -> None:
        person, to = str(body["person"]), str(body.get("to", ""))
        went_ms = int(str(body.get("at_ms", at_ms)))
        was = self.here.get(person)
        if was is not None:
            since = was[1] if was[0] == body["zone"] else at_ms
            self._end(person, went_ms if not to else at_ms, "moved" if to else "exit")
        else:
            since = at_ms
        if to:
            self.here[person] = [to, since, at_ms]

    def _end(self, person: str, at_ms: int, how: str) -> None:
        zone, _, from_ms = self.here.pop(person)
        self.over.append((person, zone, from_ms, max(int(str(from_ms)), at_ms), how))

    def minutes(self, person: str, start_ms: int, end_ms: int, now_ms: int) -> int:
        """Whole minutes that a person was here of a span, an hour in two zones counted once."""
        spans = [(int(str(row[2])), int(str(row[3]))) for row in self.over if row[0] == person]
        if person in self.here:
            spans.append((int(str(self.here[person][2])), now_ms))
        marks = sorted({start_ms, end_ms, *(min(max(mark, start_ms), end_ms) for span in spans for mark in span)})
        counted = 0
        for begin, end in pairwise(marks):
            if any(first <= begin and end <= last for first, last in spans):
                counted += end - begin
        return counted // 60_000

"""A hold that cannot be is refused in words; one that was lifted is no more."""

import pytest

from access.clock import DAY_MS
from registry.edit import editing
from registry.problems import Problem
from registry.retention import holds
from tests.support.centres import NINE_MS as LATER
from tests.support.centres import Centre


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (holds.Wanted(" ", LATER + DAY_MS), "reason"),
        (holds.Wanted("why", LATER), "ends after now"),
        (holds.Wanted("why", LATER + 4_000 * DAY_MS), "ten years"),
        (holds.Wanted("why", LATER + DAY_MS, kind="nonsense"), "one of access"),
        (holds.Wanted("why", LATER + DAY_MS, person="nobody"), "no such person"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_in_words(both: Centre, wanted: holds.Wanted, says: str) -> None:
    with pytest.raises(Problem, match=says), editing(both.database, LATER) as edit:
        holds.begin(edit, wanted, "op")
    with pytest.raises(Problem, match="no such hold"), editing(both.database, LATER) as edit:
        holds.lift(edit, "none", "op")


def test_a_hold_is_listed_with_its_reason_and_end_and_lifted_once(both: Centre) -> None:
    with editing(both.database, LATER) as edit:
        ident = holds.begin(edit, holds.Wanted(" Corte dei conti ", LATER + DAY_MS, kind="access"), "op")
    with both.database.read() as connection:
        (row,) = holds.all_of(connection)
        assert (row.kind, row.person, row.reason, row.author) == ("access", None, "Corte dei conti", "op")
        assert holds.active(connection, LATER).kinds == {"access"}
        assert holds.active(connection, LATER + DAY_MS) == holds.Holds()
    with editing(both.database, LATER + 1) as edit:
        holds.lift(edit, ident, "bice")
    with pytest.raises(Problem, match="no such hold"), editing(both.database, LATER + 2) as edit:
        holds.lift(edit, ident, "bice")
    with both.database.read() as connection:
        assert holds.active(connection, LATER + 2) == holds.Holds()
        assert holds.all_of(connection)[0].lifted_by == "bice"

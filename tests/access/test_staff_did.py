"""What staff do beside the doors is in the log with their name, and changes nothing else."""

from dataclasses import replace

from access.effects import Append
from access.events import StaffActed
from access.facts import StaffDid
from access.step import step
from tests.support.live_site import NOW, fresh


def test_it_is_logged_with_its_author_and_changes_nothing() -> None:
    before = fresh()
    after, effects = step(before, StaffActed("muster", "Paola", "prova"), NOW)
    assert [one.fact for one in effects if isinstance(one, Append)] == [StaffDid("muster", "Paola", "prova")]
    assert replace(after, seq=before.seq) == before

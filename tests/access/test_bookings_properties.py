"""Whatever happens in a morning: no release frees a seat, every booking is settled once, restarts change nothing."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from access.desk import Use
from access.effects import Append, Effect, Tally
from access.facts import CheckedIn, Fact, NoShow
from access.state import PinTries, SiteState
from access.step import step, step_all
from access.stored import begin
from tests.support.chance import lines
from tests.support.chance_bookings import BOOKINGS, PEOPLE, SENSORS_OF, Morning, ruled_site
from tests.support.core_site import NINE, at, replica_of
from tests.support.transcript import Player

MANY = settings(max_examples=250)
REACHED: Counter[str] = Counter()


def _nothing(_morning: Morning, _fact: Fact) -> None:
    """Nobody looks."""


def _never_from_under_somebody(morning: Morning, fact: Fact) -> None:
    """At the moment of a release nobody who holds the booking is inside, and no sensor says that somebody sits there;
    and where it is proved, each of its sensors says by itself that nobody does.
    """
    if not isinstance(fact, NoShow):
        return
    state, wall_ms = morning.player.state, morning.player.now.wall_ms
    booking = state.replica.bookings[fact.booking]
    levels = [morning.live.get(sensor) for sensor in SENSORS_OF.get(booking.resource, ())]
    if wall_ms < booking.end_ms:
        assert True not in levels
        inside = [state.replica.persons[who] for who in state.occupancy.stays]
        assert booking.person not in {person.id for person in inside}
        groups = [member for person in inside for member in person.groups if member.group == booking.group]
        assert not [one for one in groups if one.until_ms is None or wall_ms < one.until_ms]
        assert not fact.unproved
    if not fact.unproved:
        assert all(level is False for level in levels)
        assert wall_ms >= (booking.release_ms or 0)
        assert morning.player.moment == {}
    REACHED["proved" if not fact.unproved else "unproved"] += 1
    REACHED["a desk released"] += bool(levels) and not fact.unproved


@MANY
@given(st.integers(0, 2**32))
def test_a_release_never_frees_what_somebody_sits_at(seed: int) -> None:
    morning = Morning(seed, _never_from_under_somebody)
    REACHED.update(morning.reached)
    REACHED.update(fact.by for _, fact in morning.log if isinstance(fact, CheckedIn))


@MANY
@given(st.integers(0, 2**32))
def test_every_booking_ends_in_exactly_one_of_the_two(seed: int) -> None:
    morning = Morning(seed, _nothing)
    outcomes = Counter(fact.booking for _, fact in morning.log if isinstance(fact, CheckedIn | NoShow))
    assert not [ident for ident, times in outcomes.items() if times > 1]
    due = [one.id for one in morning.player.state.replica.bookings.values() if (one.release_ms or 0) >= NINE]
    assert [ident for ident in due if ident not in outcomes] == []
    assert len(due) > 0


def _told(state: SiteState) -> object:
    """What a restart must give again."""
    desks = {ident: (desk.use, desk.since_ms, desk.levels, desk.kept) for ident, desk in state.desks.items()}
    waits = {ident: desk.use is Use.OCCUPIED and desk.vacant_due_ms is not None for ident, desk in state.desks.items()}
    settled = (state.checked_in, state.released)
    followed = (state.staff_came, state.full, state.free, state.minors_alone, state.minors_why)
    return state.occupancy, desks, waits, settled, followed


def _tries(pins: dict[str, PinTries]) -> dict[str, PinTries]:
    return {badge: tries for badge, tries in pins.items() if tries != PinTries()}


@MANY
@given(st.integers(0, 2**32))
def test_a_restart_at_any_moment_gives_the_same_site(seed: int) -> None:
    morning = Morning(seed, _nothing)
    for before, after in morning.restarts:
        assert _told(after) == _told(before)
        assert _tries(dict(after.pins)) == _tries(dict(before.pins))
        REACHED["settled at a restart"] += bool(after.checked_in) and bool(after.released)
        REACHED["a PIN blocked at a restart"] += any(one.blocked_until_ms is not None for one in after.pins.values())
        REACHED["a wrong PIN at a restart"] += any(one.wrong for one in after.pins.values())
        REACHED["free at a restart"] += bool(after.free)
        REACHED["full at a restart"] += bool(after.full)
        REACHED["minors alone at a restart"] += bool(after.minors_alone)
        REACHED["a kept level at a restart"] += any(desk.kept for desk in after.desks.values())


@settings(max_examples=150)
@given(lines(30))
def test_a_batch_is_the_same_as_its_events_one_by_one_with_all_that_follows(said: list[str]) -> None:
    player = Player(begin(ruled_site(), replica_of(*PEOPLE, *BOOKINGS), 1, 0, (), {}, {}, at(0)))
    for line in said:
        words = [part.split() for part in (line, "visit v1 hall sara", "presence s3 no", "tap in mia", "tick")]
        player.mono_ms += 300_000
        words[0] = words[0][1:] if words[0][0].startswith("+") else words[0]
        batch = [event for each in words for event in player._events(each)]
        single, one_by_one = player.state, list[Effect]()
        for event in batch:
            single, effects = step(single, event, player.now)
            one_by_one += [effect for effect in effects if not isinstance(effect, Tally)]
        player.state, together = step_all(player.state, batch, player.now)
        assert player.state == single
        assert [effect for effect in together if not isinstance(effect, Tally)] == one_by_one
        facts = [effect.fact for effect in together if isinstance(effect, Append)]
        REACHED.update(f"batch {type(fact).__name__}" for fact in facts)


WANTED = """proved; unproved; a desk released; badge; stay; desk; CheckedIn; NoShow; StaffCame; ZoneFilled; MinorsAlone;
FreePassage; VisitBegan; VisitEnded; settled at a restart; a PIN blocked at a restart; a wrong PIN at a restart;
batch CheckedIn; batch NoShow; batch ZoneFilled; batch StaffCame; batch FreePassage;
free at a restart; full at a restart; minors alone at a restart; a kept level at a restart"""


def test_the_mornings_reached_what_matters() -> None:
    if not REACHED:
        test_a_release_never_frees_what_somebody_sits_at()
        test_a_restart_at_any_moment_gives_the_same_site()
        test_a_batch_is_the_same_as_its_events_one_by_one_with_all_that_follows()
    wanted = {" ".join(word.split()) for word in WANTED.split(";")}
    assert sorted(name for name in wanted if not REACHED[name]) == []

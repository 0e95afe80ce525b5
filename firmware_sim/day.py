"""An ordinary day at a site: ``plan_day`` casts its people, gives each a story, and lays all acts out in time.

The fixed part of the cast makes sure that what matters happens every day: somebody opens and closes, lets visitors
in, comes too early, too late, on the wrong day, with a lost badge, without a booking, never, or to a reader that has
lost its network; a team, a session, a Digital Angel, a guest, minors, somebody whose training is overdue; a stranger
tries a card; a sensor's battery runs flat. The others come for the morning, the afternoon or the whole day.

The wire's durations do not scale with a demo's speed, so a fast day has room for fewer: what finds no room is left out.
Sites with an inner door begin the cast at another end than the others do, so that two sites show all of it.
"""

from dataclasses import dataclass, replace
from datetime import date

from access.clock import MINUTE_MS
from access.records import Membership, Opening
from access.site import Site
from firmware_sim import stories, stories_rights
from firmware_sim.cast import Member, members
from firmware_sim.day_cast import inner_door, stories_of, street_door
from firmware_sim.draft import Draft
from firmware_sim.scenario import DayPlan
from firmware_sim.seed import chance_of

FEWEST_PEOPLE = 10
OPENS, CLOSES = 8 * 60, 20 * 60
PASS_GAP_REAL_MS = 950
"""Real time between two passages of a door: an answer, a push, and until the door is shut."""
TAP_GAP_REAL_MS = 1_250
"""Real time between two taps at one reader, which takes one a second."""
SETTLE_REAL_MS = 1_300
LATE_REAL_MS = 7_500
SETTLE_MS = 4 * MINUTE_MS
LATE_MS = 12 * MINUTE_MS
NO_SHOW_REAL_MS = 2_000
NO_SHOW_MS = 15 * MINUTE_MS
"""A fast day gives people longer to come, in its time: room for a few of them at the reader."""
LONGEST_BAR_MS = 2 * 60 * MINUTE_MS
"""Where a reader without its network would bar a door for longer, half of the sites do without that story."""


@dataclass(frozen=True, slots=True)
class Visiting:
    """Somebody of another site who may come once they have left there (Unix milliseconds)."""

    member: Member
    from_ms: int


def traveller_of(plan: DayPlan) -> Visiting | None:
    """Who of a planned day can go to another site afterwards."""
    person = next((one for one in plan.people if one.id == plan.traveller), None)
    card = next((one for one in plan.badges if one.badge.person == plan.traveller), None)
    if person is None or card is None:
        return None
    return Visiting(Member(person, card), plan.left_ms(plan.traveller))


def plan_day(
    site: Site, day: date, seed: int, people_count: int, speed: float = 1.0, visiting: Visiting | None = None
) -> DayPlan:
    """The plan of one day of one site; the same arguments give the same plan.

    ``speed`` is how many milliseconds of site time will pass in a real one. People who found no room stay at home:
    they have a badge and no booking. ``visiting`` comes as well, if there is room. Raises ValueError for fewer than
    FEWEST_PEOPLE, a site without a street door that has a native reader, or a speed below 1.
    """
    if people_count < FEWEST_PEOPLE or speed < 1:
        raise ValueError(f"a day needs at least {FEWEST_PEOPLE} people and a speed of at least 1")
    chance = chance_of(f"{site.id}/{day}/{seed}/{people_count}")
    everybody = members(site.id, people_count, frozenset({site.doors[street_door(site)].zone}), chance)
    draft = Draft(
        site=site,
        chance=chance,
        day=day,
        settle_ms=max(SETTLE_MS, round(SETTLE_REAL_MS * speed)),
        late_ms=max(LATE_MS, round(LATE_REAL_MS * speed)),
        pass_gap_ms=round(PASS_GAP_REAL_MS * speed),
        tap_gap_ms=round(TAP_GAP_REAL_MS * speed),
        no_show_ms=no_show_ms(speed),
    )
    everybody = [_of_cohort(member, draft.cohort) for member in everybody]
    first, *others = everybody
    draft = _incidents(_unheard(draft, first))
    if visiting is not None:
        door = street_door(site)
        draft = (
            stories_rights.comes_from_elsewhere(draft, visiting.member, door, visiting.from_ms + draft.settle_ms)
            or draft
        )
    for member, story in zip(others, stories_of(site), strict=False):
        draft = story(draft, member) or draft
    return _plan(draft, everybody, day)


def no_show_ms(speed: float) -> int:
    """How long after its start a booking is released where nobody has come, on a day of that speed; whole minutes."""
    return max(NO_SHOW_MS, round(NO_SHOW_REAL_MS * speed / MINUTE_MS) * MINUTE_MS)


def _of_cohort(member: Member, cohort: str) -> Member:
    return replace(member, person=replace(member.person, groups=(Membership(cohort),)))


def _unheard(draft: Draft, member: Member) -> Draft:
    """The story that bars a door to all others, and so comes first."""
    if draft.late_ms > LONGEST_BAR_MS and inner_door(draft.site) is None:
        return draft
    span, loses = (14 * 60 + 30, 17 * 60), (15 * 60, 15 * 60 + 40)
    return stories.taps_unheard(draft, member, street_door(draft.site), span, loses) or draft


def _incidents(draft: Draft) -> Draft:
    """A stranger, and a sensor whose battery runs flat and is changed."""
    draft = stories.stranger(draft, street_door(draft.site), (10 * 60, 19 * 60)) or draft
    booked = {booking.resource for booking in draft.bookings}
    free = (desk for desk in draft.site.desks if desk not in booked)
    sensors = [sensor for desk in free if (sensor := draft.sensor(desk)) is not None]
    if not sensors:
        return draft
    return stories.runs_flat(draft, draft.chance.choice(sensors), (11 * 60, 15 * 60))


def _plan(draft: Draft, everybody: list[Member], day: date) -> DayPlan:
    acting = {member.id: member for member in draft.members}
    known = {member.id for member in everybody}
    come = [member for member in draft.members if member.id not in known]
    cast = [acting.get(member.id) or member.of_no_group() for member in everybody] + come
    return DayPlan(
        site=draft.site.id,
        people=tuple(member.person for member in cast),
        badges=tuple(member.card for member in cast),
        bookings=draft.bookings,
        openings=(Opening(f"{draft.site.id}-o1", day.weekday(), OPENS, CLOSES),),
        world_events=tuple(sorted(draft.acts, key=lambda planned: planned.at_ms)),
        expected=draft.expected,
        passes=draft.passes,
        sessions=draft.sessions,
        rooms=draft.rooms,
        no_shows=draft.no_shows,
        traveller=draft.traveller,
    )

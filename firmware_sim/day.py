"""An ordinary day at a site: ``plan_day`` casts its people, gives each a story, and lays all acts out in time.

The fixed part of the cast makes sure that what matters happens every day: somebody opens and closes, lets visitors
in, comes too early, too late, on the wrong day, with a lost badge, without a booking, never, or to a reader that has
lost its network; a stranger tries a card; a sensor's battery runs flat. The others come for the morning, the afternoon
or the whole day.

The wire's durations do not scale with a demo's speed, so a fast day has room for fewer: what finds no room is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from access.clock import MINUTE_MS
from access.reasons import Reason
from access.records import Opening
from access.site import Site
from firmware_sim import stories
from firmware_sim.cast import Member, members
from firmware_sim.draft import Draft
from firmware_sim.scenario import DayPlan
from firmware_sim.seed import chance_of

FEWEST_PEOPLE = 10
OPENS, CLOSES = 8 * 60, 20 * 60
STAFF = (7 * 60 + 40, 20 * 60 + 5)
MORNING, AFTERNOON, WHOLE = (9 * 60, 13 * 60), (14 * 60, 18 * 60), (9 * 60, 18 * 60)
PASS_GAP_REAL_MS = 950
"""Real time between two passages of a door: an answer, a push, and until the door is shut."""
TAP_GAP_REAL_MS = 1_250
"""Real time between two taps at one reader, which takes one a second."""
SETTLE_REAL_MS = 1_300
LATE_REAL_MS = 7_500
SETTLE_MS = 4 * MINUTE_MS
LATE_MS = 12 * MINUTE_MS

Story = Callable[[Draft, Member], Draft | None]


def plan_day(site: Site, day: date, seed: int, people_count: int, speed: float = 1.0) -> DayPlan:
    """The plan of one day of one site; the same arguments give the same plan.

    ``speed`` is how many milliseconds of site time will pass in a real one. People who found no room stay at home:
    they have a badge and no booking. Raises ValueError for fewer than FEWEST_PEOPLE, a site without a street door
    that has a native reader, or a speed below 1.
    """
    if people_count < FEWEST_PEOPLE or speed < 1:
        raise ValueError(f"a day needs at least {FEWEST_PEOPLE} people and a speed of at least 1")
    chance = chance_of(f"{site.id}/{day}/{seed}/{people_count}")
    everybody = members(site.id, people_count, frozenset({_hall(site)}), chance)
    draft = Draft(
        site=site,
        chance=chance,
        day=day,
        settle_ms=max(SETTLE_MS, round(SETTLE_REAL_MS * speed)),
        late_ms=max(LATE_MS, round(LATE_REAL_MS * speed)),
        pass_gap_ms=round(PASS_GAP_REAL_MS * speed),
        tap_gap_ms=round(TAP_GAP_REAL_MS * speed),
    )
    first, *others = everybody
    draft = _incidents(_unheard(draft, first))
    for member, story in zip(others, _stories(site), strict=False):
        draft = story(draft, member) or draft
    return _plan(draft, everybody, day)


def street_door(site: Site) -> str:
    """The door that leads in from outside and has a native reader. Raises ValueError where there is none."""
    return _door(site, outer=None)


def _hall(site: Site) -> str:
    return site.doors[street_door(site)].zone


def _door(site: Site, outer: str | None) -> str:
    entered = [device.ref for device in site.devices.values() if device.native]
    found = next((door.id for door in site.doors.values() if door.outer == outer and door.id in entered), None)
    if found is None:
        raise ValueError(f"site {site.id} has no door from {outer or 'outside'} with a simulated reader")
    return found


def _inner_door(site: Site) -> str | None:
    try:
        return _door(site, outer=_hall(site))
    except ValueError:
        return None


def _stories(site: Site) -> Iterator[Story]:
    """The rest of the fixed cast, then ordinary people."""
    door, inner = street_door(site), _inner_door(site)
    yield _staff(door)
    yield lambda draft, member: stories.half_day(draft, member, door, AFTERNOON, early=(11 * 60, 13 * 60 + 30))
    yield lambda draft, member: stories.comes_late(draft, member, door, (9 * 60, 11 * 60), (11 * 60 + 2, 13 * 60))
    yield _finder(door)
    yield lambda draft, member: stories.comes_on_the_wrong_day(draft, member, door, MORNING, (9 * 60, 12 * 60))
    yield lambda draft, member: stories.is_refused(draft, member, door, (9 * 60, 15 * 60), Reason.NO_BOOKING)
    yield lambda draft, member: stories.stays_away(draft, member, door, MORNING)
    if inner is not None:
        yield _guest_of(door, inner)
        yield _guest_of(door, inner)
    for _ in range(10_000):
        yield lambda draft, member: stories.half_day(draft, member, door, MORNING)
        yield lambda draft, member: stories.whole_day(draft, member, door, WHOLE)
        yield lambda draft, member: stories.half_day(draft, member, door, AFTERNOON)


def _unheard(draft: Draft, member: Member) -> Draft:
    """The story that bars a door to all others, and so comes first."""
    span, loses = (14 * 60 + 30, 17 * 60), (15 * 60, 15 * 60 + 40)
    return stories.taps_unheard(draft, member, street_door(draft.site), span, loses) or draft


def _staff(door: str) -> Story:
    def story(draft: Draft, member: Member) -> Draft | None:
        zones = frozenset(draft.site.zones)
        host = replace(member, person=replace(member.person, zones=zones, standing=zones))
        return stories.keeps_house(draft, host, door, STAFF, (10 * 60, 12 * 60))

    return story


def _finder(door: str) -> Story:
    """A lost badge, revoked, in the hands of whoever found it."""

    def story(draft: Draft, member: Member) -> Draft | None:
        lost = replace(member, card=replace(member.card, badge=replace(member.card.badge, revoked=True)))
        return stories.is_refused(draft, lost, door, (10 * 60, 19 * 60), Reason.BADGE_REVOKED)

    return story


def _guest_of(door: str, inner: str) -> Story:
    """Somebody with a booking behind the inner door, whose badge holds doors longer."""

    def story(draft: Draft, member: Member) -> Draft | None:
        zones = frozenset({draft.site.doors[door].zone, draft.site.doors[inner].zone})
        badge = replace(member.card.badge, long_pulse=True)
        guest = Member(replace(member.person, zones=zones), replace(member.card, badge=badge))
        return stories.visits_inner(draft, guest, (door, inner), (9 * 60 + 30, 13 * 60)) or stories.visits_inner(
            draft, guest, (door, inner), (14 * 60, 18 * 60)
        )

    return story


def _incidents(draft: Draft) -> Draft:
    """A stranger, and a sensor whose battery runs flat and is changed."""
    draft = stories.stranger(draft, street_door(draft.site), (10 * 60, 19 * 60)) or draft
    sensors = [sensor for desk in draft.site.desks if (sensor := draft.sensor(desk)) is not None]
    if not sensors:
        return draft
    return stories.runs_flat(draft, draft.chance.choice(sensors), (11 * 60, 15 * 60))


def _plan(draft: Draft, everybody: list[Member], day: date) -> DayPlan:
    acting = {member.id: member for member in draft.members}
    cast = [acting.get(member.id, member) for member in everybody]
    booked = tuple(booking for booking in draft.bookings if booking.person in acting)
    return DayPlan(
        site=draft.site.id,
        people=tuple(member.person for member in cast),
        badges=tuple(member.card for member in cast),
        bookings=booked,
        openings=(Opening(f"{draft.site.id}-o1", day.weekday(), OPENS, CLOSES),),
        world_events=tuple(sorted(draft.acts, key=lambda planned: planned.at_ms)),
        expected=draft.expected,
    )

"""The cast of a day: who does what, in the order in which room is found for them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from access.reasons import Reason
from access.site import Site, WhenFull
from firmware_sim import stories, stories_rights
from firmware_sim.cast import Member
from firmware_sim.draft import Draft, Window

STAFF = (7 * 60 + 40, 20 * 60 + 5)
MORNING, AFTERNOON, WHOLE = (9 * 60, 13 * 60), (14 * 60, 18 * 60), (9 * 60, 18 * 60)
MORNINGS = [(start, start + 180) for start in range(8 * 60 + 30, 11 * 60, 30)]
AFTERNOONS = [(start, start + 180) for start in range(13 * 60, 16 * 60, 30)]
SESSION = (15 * 60, 17 * 60)

Story = Callable[[Draft, Member], Draft | None]


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


def inner_door(site: Site) -> str | None:
    """The door that leads on from the zone behind the street door; None where there is none."""
    try:
        return _door(site, outer=_hall(site))
    except ValueError:
        return None


def stories_of(site: Site) -> Iterator[Story]:
    """The rest of the fixed cast, then ordinary people."""
    door, inner = street_door(site), inner_door(site)
    yield _staff(door)
    yield lambda draft, member: stories.stays_away(draft, member, door, MORNING)
    halves = [_ordinary(door), _by_rights(door)]
    yield from chain(*(halves if inner is not None else reversed(halves)))
    if inner is not None:
        yield _guest_of(door, inner)
        yield _guest_of(door, inner)
        yield _finds_it_full(site, door, inner)
    for _ in range(10_000):
        yield _some(stories.half_day, door, MORNINGS)
        yield lambda draft, member: stories.whole_day(draft, member, door, WHOLE)
        yield _some(stories.half_day, door, AFTERNOONS)


def _ordinary(door: str) -> list[Story]:
    """What comes of bookings and badges."""
    return [
        _some(stories_rights.travels, door, MORNINGS),
        lambda draft, member: stories_rights.is_overdue(draft, member, door, AFTERNOON, 9 * 60),
        _some(stories.comes_after_release, door, [*MORNINGS, *AFTERNOONS]),
        lambda draft, member: stories_rights.works_in_team(draft, member, door, (9 * 60, 12 * 60)),
        lambda draft, member: stories_rights.works_in_team(draft, member, door, (9 * 60, 12 * 60)),
        _some(stories_rights.is_minor, door, AFTERNOONS),
        lambda draft, member: stories.comes_on_the_wrong_day(draft, member, door, MORNING, (9 * 60, 12 * 60)),
        lambda draft, member: stories.half_day(draft, member, door, AFTERNOON, early=(11 * 60, 13 * 60 + 30)),
        lambda draft, member: stories.comes_late(draft, member, door, (9 * 60, 11 * 60), (11 * 60 + 2, 13 * 60)),
    ]


def _by_rights(door: str) -> list[Story]:
    """What comes of passes, duties and sessions, and of having none of it."""
    guest = (13 * 60, 17 * 60)
    return [
        lambda draft, member: stories_rights.is_on_duty(draft, member, door, (9 * 60, 17 * 60)),
        lambda draft, member: stories_rights.has_a_pass(draft, member, door, guest, (9 * 60, 12 * 60 + 30)),
        lambda draft, member: stories_rights.is_minor_without_guardian(draft, member, door, (9 * 60, 19 * 60)),
        lambda draft, member: stories_rights.trains(draft, member, door, SESSION),
        lambda draft, member: stories_rights.attends(draft, member, door, SESSION),
        _finder(door),
        lambda draft, member: stories.has_no_booking(draft, member, door, (9 * 60, 15 * 60)),
        lambda draft, member: stories.stays_away(draft, member, door, AFTERNOON),
        lambda draft, member: stories_rights.has_a_pass(draft, member, door, guest, None),
    ]


def _some(story: Callable[[Draft, Member, str, Window], Draft | None], door: str, spans: Sequence[Window]) -> Story:
    """A story in whichever of these spans it fits."""

    def told(draft: Draft, member: Member) -> Draft | None:
        tried = (story(draft, member, door, span) for span in draft.chance.sample(spans, len(spans)))
        return next((fits for fits in tried if fits is not None), None)

    return told


def _finds_it_full(site: Site, door: str, inner: str) -> Story:
    """Somebody who comes while the zone behind the inner door has its one person."""
    zone = site.zones[site.doors[inner].zone]

    def story(draft: Draft, member: Member) -> Draft | None:
        if zone.when_full is not WhenFull.REFUSE or zone.capacity != 1:
            return None
        return stories_rights.finds_it_full(draft, member, (door, inner), Reason.ZONE_FULL)

    return story


def _staff(door: str) -> Story:
    def story(draft: Draft, member: Member) -> Draft | None:
        zones = frozenset(draft.site.zones)
        person = replace(member.person, zones=zones, standing=zones, staff=True, groups=())
        host = replace(member, person=person)
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

"""A planned day's people, badges, rights and bookings, brought into the registry as its staff would.

The programmes, cohorts and teams are those of the example that the registry ships; its own people and sessions, and
its opening hours, stay out: the demo plays whatever day it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from access.clock import DAY_MS
from access.hours import day_start_ms
from access.records import Booking, PassKind, Person
from access.site import Site
from firmware_sim.scenario import Comes, DayPlan, PlannedSession
from registry.bookings.resources import Resource
from registry.downlink import admission
from registry.edit import Edit, editing
from registry.people import enrolments, guardians, passes, pins, roles, transfers
from registry.people.badges import Terms
from registry.people.people import Profile, Rights
from registry.programmes import modules, sessions, teams
from registry.programmes.session import Session
from registry.seed import bulk
from registry.seed.bringing import bring
from registry.seed.bulk import NewBadge, Seed
from registry.seed.files import DEFAULT, folder_of, read_example
from registry.seed.shapes import Example
from registry.setup import Registry

SENIOR, JUNIOR, TRAINING = "senior", "junior", "digitale"
AGES = {SENIOR: 25, JUNIOR: 17, TRAINING: 22}
OVERDUE_MODULE = "digitale-sicurezza"
PAST_BIRTHDAY = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Bringing:
    """What is brought in, and what is found already: whose site is whose, and which group a planned one stands for."""

    edit: Edit
    day: date
    example: Example
    home: dict[str, str] = field(default_factory=dict)

    def cohort(self, programme: str, site: str) -> str:
        """The example's cohort of a programme at a site."""
        return next(one.id for one in self.example.cohort if (one.programme, one.site) == (programme, site))

    def group(self, planned: str, site: str) -> str:
        """The example's cohort or team in the place of a planned one ("": of none)."""
        cohort = self.cohort(SENIOR, site)
        team = next(one.id for one in self.example.team if one.cohort == cohort)
        return {f"{site}-senior": cohort, f"{site}-squadra": team, "": ""}[planned]

    def born(self, programme: str) -> str:
        """The birth date (ISO) of somebody whose age the programme takes."""
        birthday = (self.day - PAST_BIRTHDAY).replace(day=1)
        return birthday.replace(year=birthday.year - AGES[programme]).isoformat()


def people(registry: Registry, sites: Mapping[str, Site], plans: Sequence[DayPlan], day: date) -> None:
    """Bring in everybody of the plans as of the day before; a lost badge is revoked afterwards, as it is in life."""
    zone = ZoneInfo(next(iter(sites.values())).timezone)
    example = read_example(folder_of(DEFAULT))
    groups = Example(programme=example.programme, cohort=example.cohort, team=example.team)
    with editing(registry.database, day_start_ms(day, zone) - DAY_MS) as edit:
        bring(edit, registry.keys, DEFAULT, groups, day - timedelta(days=day.weekday()))
        module = modules.Module("Sicurezza", due_ms=edit.at_ms - 6 * DAY_MS, required_sessions=1)
        modules.add(edit, OVERDUE_MODULE, TRAINING, module)
        bringing = Bringing(edit, day, example)
        for plan in plans:
            _bring_plan(bringing, registry, sites[plan.site], plan)
        admission.publish_everywhere(edit, bringing.home)
    for card in (card for plan in plans for card in plan.badges if card.badge.revoked):
        registry.revoke(card.badge.id)


def _bring_plan(bringing: Bringing, registry: Registry, site: Site, plan: DayPlan) -> None:
    new = [person for person in plan.people if person.id not in bringing.home]
    bulk.seed(bringing.edit, registry.keys, _people(bringing, site, plan, new))
    bringing.home.update((person.id, plan.site) for person in new)
    for card in _cards_with_pins(plan):
        pins.set_pin(bringing.edit, registry.keys.of_all(admission.site_ids(bringing.edit.connection)), *card)
    for person in plan.people:
        _give(bringing, plan, person)
    for session in plan.sessions:
        sessions.add(bringing.edit, plan.site, session.id, _session(bringing, plan.site, session))
    bulk.seed(bringing.edit, registry.keys, Seed(bookings=[(plan.site, one) for one in _bookings(bringing, plan)]))


def _people(bringing: Bringing, site: Site, plan: DayPlan, new: Iterable[Person]) -> Seed:
    persons = {person.id: person for person in new}
    by_hand = [person for person in persons.values() if _by_hand(plan, person)]
    return Seed(
        resources=[(site.id, resource) for resource in _resources(site, plan)],
        persons={ident: _profile(bringing, person) for ident, person in persons.items()},
        rights=[(site.id, person.id, Rights(person.zones)) for person in by_hand],
        badges=[
            NewBadge(c.badge.id, c.badge.person, c.uid, Terms(long_pulse=c.badge.long_pulse))
            for c in plan.badges
            if c.badge.person in persons
        ],
        openings=[(site.id, opening) for opening in plan.openings],
    )


def _cards_with_pins(plan: DayPlan) -> list[tuple[str, str]]:
    """Badge and PIN of those who will come to a keypad."""
    typing = {one.act.uid for one in plan.world_events if isinstance(one.act, Comes) and one.act.pin is not None}
    return [(card.badge.id, card.pin) for card in plan.badges if card.uid in typing]


def _by_hand(plan: DayPlan, person: Person) -> bool:
    """Whether somebody's zones are given to them by name, for want of a programme, a role or a pass that opens them."""
    otherwise = person.staff or person.minor or person.groups or person.transfer
    held = {one.person for one in plan.passes} | {session.trainer for session in plan.sessions}
    return not otherwise and person.id not in held


def _profile(bringing: Bringing, person: Person) -> Profile:
    programme = _programme(person)
    birth_date = None if programme is None else bringing.born(programme)
    return Profile(person.name, person.valid_from_ms, person.valid_until_ms, person.suspended, birth_date=birth_date)


def _programme(person: Person) -> str | None:
    """The programme that somebody is in; None: none."""
    if person.minor:
        return JUNIOR
    if person.training_due_ms is not None:
        return TRAINING
    return SENIOR if person.groups else None


def _resources(site: Site, plan: DayPlan) -> list[Resource]:
    zones = [Resource(zone.id, "zone", zone.name, zone.id, zone.capacity) for zone in site.zones.values()]
    rooms = [Resource(room.id, "room", room.name, room.zone) for room in plan.rooms]
    return zones + rooms + [Resource(desk.id, "desk", desk.name, desk.zone) for desk in site.desks.values()]


def _give(bringing: Bringing, plan: DayPlan, person: Person) -> None:
    """What somebody may at the site of a plan, by programme, role, pass, authorisation or transfer."""
    edit, home = bringing.edit, bringing.home[person.id]
    if person.transfer:
        span = (edit.at_ms, edit.at_ms + 30 * DAY_MS)
        transfers.add(edit, f"{person.id}-t", transfers.Transfer(person.id, home, plan.site, *span))
        return
    _enrol(bringing, plan.site, person)
    if person.guardian_from_ms is not None:
        given = guardians.Authorisation(person.id, person.guardian_from_ms, person.guardian_until_ms)
        guardians.add(edit, f"{person.id}-g", given)
    for role in _roles(plan, person):
        roles.add(edit, f"{person.id}-r", role)
    for one in plan.passes:
        if one.person == person.id:
            hours = (one.weekdays, one.from_minute, one.to_minute)
            wanted = passes.Wanted(one.person, one.zones, one.start_ms, one.end_ms, one.kind, *hours)
            passes.add(edit, plan.site, one.id, wanted)


def _enrol(bringing: Bringing, site: str, person: Person) -> None:
    programme, edit = _programme(person), bringing.edit
    if programme is None:
        return
    wanted = enrolments.Wanted(person.id, programme, bringing.cohort(programme, site))
    enrolments.enrol_untold(edit, f"{person.id}-e", wanted)
    groups = {bringing.group(one.group, site) for one in person.groups}
    for team in bringing.example.team:
        if team.id in groups:
            teams.join_untold(edit, team.id, person.id, edit.at_ms, None)


def _roles(plan: DayPlan, person: Person) -> list[roles.Role]:
    if person.staff:
        return [roles.Role(person.id, "operator", plan.site, person.standing)]
    if any((one.person, one.kind) == (person.id, PassKind.DUTY) for one in plan.passes):
        return [roles.Role(person.id, "angel", plan.site)]
    if any(session.trainer == person.id for session in plan.sessions):
        return [roles.Role(person.id, "trainer", plan.site, person.zones)]
    return []


def _session(bringing: Bringing, site: str, planned: PlannedSession) -> Session:
    groups, trainers = (bringing.group(planned.group, site),), (planned.trainer,)
    span = (planned.start_ms, planned.end_ms)
    return Session(SENIOR, planned.title, *span, groups, planned.zone, trainers=trainers)


def _bookings(bringing: Bringing, plan: DayPlan) -> list[Booking]:
    return [replace(booking, group=bringing.group(booking.group, plan.site)) for booking in plan.bookings]

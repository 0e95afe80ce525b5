"""What staff keep an eye on, as the live page shows it: visitors, minors, PINs, warned grants, and how sure the site is
of what it knows.
"""

from collections.abc import Iterable
from itertools import islice

from access.clock import DAY_MS, HOUR_MS, Now
from access.conditions import replica_age_ms
from access.denials import Origin
from access.diary import around, to_come
from access.facts import Judged
from access.records import BookingKind
from access.site import Policy
from access.state import SiteState
from gateway.link.standing import Links, RegistryStanding
from gateway.pages.happened import TO_BE_KNOWN, name_of
from gateway.pages.shape import BarredSeen, BlockedSeen, MinorsSeen, SessionSeen, SourcesSeen, VisitSeen, WarnedSeen

WARN_FROM_MS = 1 * HOUR_MS
"""From this age of the replica on staff are warned (guarantees: age of the replica)."""
LOOKED_AT, SESSIONS_SHOWN = 12, 6
"""So many bookings to come are looked at for each room, and so many sessions are shown."""
WARNED_FOR_MS = 1 * HOUR_MS
"""A warned grant stays above the page for so long."""


def visits(state: SiteState) -> list[VisitSeen]:
    """The visits that run, longest first. A host who is a person of the replica goes by their name."""
    zones, running = state.site.zones, state.occupancy.visits
    return [
        {
            "id": ident,
            "zone": zones[visit.zone].name if visit.zone in zones else visit.zone,
            "since_ms": visit.since_ms,
            "host": name_of(state.replica, visit.host) or visit.host,
        }
        for ident, visit in sorted(running.items(), key=lambda item: (item[1].since_ms, item[0]))
    ]


def sessions(state: SiteState, at_ms: int) -> list[SessionSeen]:
    """The sessions that run or begin within a day, soonest first, each once a place. Desks have none."""
    site, found = state.site, set[tuple[int, int, str]]()
    for resource, diary in state.replica.of_resource.items():
        if resource in site.desks:
            continue
        for one in (*around(diary, at_ms, 0), *islice(to_come(diary, at_ms, frozenset(site.zones)), LOOKED_AT)):
            if one.kind is BookingKind.SESSION and one.end_ms > at_ms and one.start_ms < at_ms + DAY_MS:
                zone = site.zones.get(resource) or site.rooms.get(resource) or site.zones.get(one.zone)
                found.add((one.start_ms, one.end_ms, resource if zone is None else zone.name))
    return [
        {"start_ms": start_ms, "end_ms": end_ms, "place": place}
        for start_ms, end_ms, place in sorted(found)[:SESSIONS_SHOWN]
    ]


def minors(state: SiteState) -> MinorsSeen | None:
    """The minors who are here without staff, or past their curfew."""
    if not state.minors_alone:
        return None
    return {"why": state.minors_why, "names": sorted(name_of(state.replica, who) for who in state.minors_alone)}


def blocked(state: SiteState, now: Now) -> list[BlockedSeen]:
    """Whose badge is blocked by wrong PINs, and until when on the wall clock."""
    found: list[BlockedSeen] = []
    for badge, tries in state.pins.items():
        held, until_ms = state.replica.badges.get(badge), tries.blocked_until_ms
        if held is not None and until_ms is not None and until_ms > now.mono_ms:
            until_wall_ms = now.wall_ms + until_ms - now.mono_ms
            found.append({"name": name_of(state.replica, held.person), "until_ms": until_wall_ms})
    return found


def barred(state: SiteState) -> list[BarredSeen]:
    """Whose badges are barred here by another word than the lane's, whose changes are about to come."""
    held = ((state.replica.badges.get(one.id), one.origin) for one in state.denials.values() if one.what == "badge")
    return [
        {"badge": badge.id, "name": name_of(state.replica, badge.person), "origin": origin}
        for badge, origin in held
        if badge is not None and origin is not Origin.LANE
    ]


def persons_barred(state: SiteState) -> frozenset[str]:
    """The people of whose badges one is barred."""
    held = (state.replica.badges.get(one.id) for one in state.denials.values() if one.what == "badge")
    return frozenset(badge.person for badge in held if badge is not None)


def warned(lines: Iterable[tuple[int, Judged]], state: SiteState, at_ms: int) -> list[WarnedSeen]:
    """The grants of the last hour that staff must know of: emergency cards, and entries while all should be out."""
    found: list[WarnedSeen] = []
    for when_ms, fact in lines:
        if at_ms - when_ms < WARNED_FOR_MS:
            door = state.site.doors.get(fact.door)
            place, who = fact.door if door is None else door.name, name_of(state.replica, fact.person)
            found += [
                {"at_ms": when_ms, "what": what, "place": place, "who": who}
                for what in fact.warned
                if what in TO_BE_KNOWN
            ]
    return found


def admits(policy: Policy, age_ms: int, unsure_ms: int) -> str:
    """What doors still admit: ``all``, ``undated``, ``standing``, ``cards``, or ``clock``: standing rights alone,
    because nobody knows the time (guarantees: age of the replica).
    """
    if age_ms > policy.standing_age_ms:
        return "cards"
    if unsure_ms > policy.clock_unsure_ms:
        return "clock"
    if age_ms > policy.booking_age_ms:
        return "standing"
    return "undated" if age_ms > policy.dated_age_ms else "all"


def sources(state: SiteState, links: Links, now: Now) -> SourcesSeen:
    """How fresh each source is, and what doors admit by that."""
    registry = links.registry or RegistryStanding()
    reached = "online" if registry.online else "offline"
    age_ms = replica_age_ms(state, now)
    return {
        "replica_version": state.replica.version,
        "confirmed_ms": registry.confirmed_ms,
        "replica_age_ms": age_ms,
        "aged": links.registry is not None and bool(state.replica.version) and age_ms >= WARN_FROM_MS * links.speed,
        "admits": admits(state.site.policy, age_ms, now.unsure_ms),
        "registry": "none" if links.registry is None else reached,
        "registry_trouble": registry.trouble,
        "registry_trouble_kind": registry.kind,
        "waiting": registry.waiting,
        "gateway_confirmed": registry.confirmed,
        "keeper_needed": any(door.gpio is not None for door in state.site.doors.values()),
        "keeper_found": bool(state.keeper_run),
        "broker_online": links.broker_online,
        "clock_trusted": now.trusted,
        "clock_unsure_ms": now.unsure_ms,
    }

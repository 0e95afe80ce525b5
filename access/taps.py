"""A card at a reader: judged once, logged, and only then answered."""

from dataclasses import replace

from access import door as doors
from access.call import Call
from access.calls import call_at, on_card
from access.case import Age, request_at
from access.case_codec import case_to_stored
from access.clock import SECOND_MS
from access.conditions import conditions_at, pin_typed
from access.effects import CommandPulse, Feedback, Lease, Signal
from access.events import OpenAsked, Tapped
from access.facts import Judged, Lapsed, Left
from access.freshness import age_of
from access.gathering import gather
from access.judge import Verdict, decide
from access.numbering import taken
from access.reasons import UNRECOGNISED, WAITS, Reason
from access.records import Badge
from access.site import Device, Direction, Door, Proof, StandsFor
from access.suggestion import free_desk
from access.turn import Turn
from access.walk_ins import with_walk_ins

MAKER_SETTLES_MS = 3 * SECOND_MS
"""Makers' retained and buffered events come within this of a (re)subscription or of the reader's own reconnection."""
LONG_PULSE_FACTOR = 2
EPOCH_SHIFT = 32
NO_KEEPER = "the doorkeeper does not answer, so the lock cannot be driven"
NO_CONTROLLER = "the lock's controller has not said its boot and uptime yet"


def on_tap(turn: Turn, event: Tapped) -> None:
    """Decide one tap, once (guarantees D7, D8, D10)."""
    device = turn.site.devices.get(event.device)
    if device is None or device.stands_for is not StandsFor.READER:
        return turn.refuse("not-a-reader")
    if event.retained:
        return turn.refuse("retained-tap")
    if event.stamp is not None and not taken(turn, event.device, event.stamp):
        return turn.refuse("repeated")
    turn.hear(event.device)
    again = turn.device(event.device).last_card == event.card.credential
    if _too_soon(turn, event):
        turn.refuse("too-fast")
        _answer(turn, event, "wait")
        return None
    age, age_ms = _age(turn, event)
    if device.direction is Direction.IN and (call := _called(turn, event, device, age)) is not None:
        on_card(turn, event, call)
    elif device.direction is Direction.IN:
        _on_entry(turn, event, device, age, age_ms)
    else:
        _on_exit(turn, event, device, age, age_ms, again=again)
    return None


def _called(turn: Turn, event: Tapped, device: Device, age: Age) -> Call | None:
    """The call of staff that this tap answers; one that may be old answers none."""
    return call_at(turn, event) if _is_fresh(turn.site.doors[device.ref], age) else None


def _is_fresh(door: Door, age: Age) -> bool:
    return age is Age.FRESH or (age is Age.UNPROVED and door.proof is Proof.UNPROVED)


def _too_soon(turn: Turn, event: Tapped) -> bool:
    """One tap a second per reader; a maker's firmware repeats a card for as long as it lies there. Notes the tap."""
    state, mono_ms, card = turn.device(event.device), turn.now.mono_ms, event.card.credential
    lies_there = event.stamp is None and state.last_card == card
    if state.last_tap_ms is not None and lies_there and mono_ms - state.card_seen_ms < turn.policy.card_repeat_ms:
        turn.devices[event.device] = replace(state, card_seen_ms=mono_ms)
        return True
    if state.last_tap_ms is not None and mono_ms - state.last_tap_ms < turn.policy.tap_interval_ms:
        return True
    turn.devices[event.device] = replace(state, last_tap_ms=mono_ms, last_card=card, card_seen_ms=mono_ms)
    return False


def _age(turn: Turn, event: Tapped) -> tuple[Age, int | None]:
    if event.stamp is not None:
        return age_of(turn.beacons, event.stamp.heard, turn.now.mono_ms, turn.policy.tap_max_age_ms)
    settled = turn.now.mono_ms - MAKER_SETTLES_MS
    moved = turn.device(event.device).link_moved_ms
    if turn.subscribed_ms is None or turn.subscribed_ms > settled or (moved is not None and moved > settled):
        return Age.STALE, None
    return Age.UNPROVED, None


def _on_entry(turn: Turn, event: Tapped, device: Device, age: Age, age_ms: int | None) -> None:
    door = turn.site.doors[device.ref]
    asked = request_at(door, turn.site.zones[door.zone], turn.before.onward[door.id], event.card.credential)
    conditions = conditions_at(turn, door, event.card.credential, asked.terms)
    request = replace(asked, age=age, conditions=conditions, pin=event.pin)
    held = with_walk_ins(turn.replica, turn.walk_ins, turn.now.wall_ms)
    case = gather(held, turn.policy, turn.before.zone, request, turn.now)
    verdict = decide(case)
    pin_typed(turn, case)
    badge = case.badge if case.person is not None else None
    turn.log(_judged(event, device, verdict, badge, age_ms, case_to_stored(case)))
    if verdict.granted and badge is not None:
        grant = turn.event_id(turn.seq)
        pulsed = _let_in(turn, door, badge)
        _answer(turn, event, "granted" if pulsed else "wait", verdict, grant)
    else:
        signal: Signal = "wait" if verdict.reason in WAITS else "denied"
        _answer(turn, event, signal, verdict, desk=free_desk(turn, case, verdict))


def _let_in(turn: Turn, door: Door, badge: Badge) -> bool:
    grant, pulse_ms = turn.event_id(turn.seq), _pulse_ms(door, badge)
    pulsed = _pulse(turn, door, grant, pulse_ms)
    if pulsed:
        _expect(turn, door, grant, badge.person, pulse_ms)
    return pulsed


def _pulse_ms(door: Door, badge: Badge | None) -> int:
    """How long one grant holds the door; some people need longer, and nobody gets more than the lease's limit (D3)."""
    long = badge is not None and badge.long_pulse
    return min(door.pulse_ms * (LONG_PULSE_FACTOR if long else 1), door.max_lease_ms)


def _expect(turn: Turn, door: Door, grant: str, person: str, pulse_ms: int) -> None:
    """Granted is not entered: the door has until its pulse's end and a little more to open."""
    waiting = doors.Waiting(grant, person, turn.now.mono_ms + pulse_ms + turn.policy.entry_window_ms)
    turn.door_outcome(door.id, doors.granted(turn.doors[door.id], door, waiting, turn.now.mono_ms))


def _pulse(turn: Turn, door: Door, grant: str, pulse_ms: int) -> bool:
    """Ask for one pulse for one grant (D2); a door without a lock of ours only records."""
    if door.gpio is not None:
        if not turn.keeper_run:
            turn.log(Lapsed(grant, door.id, NO_KEEPER))
            return False
        turn.effects.append(Lease(grant, door.id, pulse_ms, turn.now.mono_ms, turn.keeper_run))
    elif door.controller is not None:
        return _command(turn, door, door.controller, grant, pulse_ms)
    return True


def _command(turn: Turn, door: Door, controller: str, grant: str, pulse_ms: int) -> bool:
    state = turn.device(controller)
    if state.uptime_ms is None:
        turn.log(Lapsed(grant, door.id, NO_CONTROLLER))
        return False
    since_ms = turn.now.mono_ms - state.uptime_at_ms
    # The grant's own number: it rises within the controller's boot across restarts of the gateway, too.
    number = (turn.epoch << EPOCH_SHIFT) + turn.seq
    not_after = state.uptime_ms + since_ms + turn.policy.grant_max_age_ms
    command = CommandPulse(grant, door.id, controller, pulse_ms, turn.now.mono_ms, state.boot, number, not_after)
    turn.effects.append(command)
    return True


def _on_exit(turn: Turn, event: Tapped, device: Device, age: Age, age_ms: int | None, *, again: bool) -> None:
    """An out-reader records; where the site makes it release, any fresh tap releases, known or not. Exit is never
    refused: this is not the judge's business.
    """
    door = turn.site.doors[device.ref]
    badge = turn.replica.badge_of.get(event.card.credential)
    fresh = _is_fresh(door, age)
    verdict = Verdict(Reason.LEAVING if fresh else Reason.STALE, "leaving")
    turn.log(_judged(event, device, verdict, badge, age_ms, {}))
    if fresh:
        leaving = again and doors.is_leaving(turn.doors[door.id], turn.now.mono_ms)
        grant, released = turn.event_id(turn.seq), _let_out(turn, door, badge)
        if not leaving:
            turn.log(Left(door.id, door.zone, door.outer or "", "" if badge is None else badge.person))
        _answer(turn, event, "granted" if released else "wait", grant=grant)
        return
    if badge is not None and age_ms is not None:
        _left_earlier(turn, door, badge.person, turn.now.wall_ms - age_ms)
    _answer(turn, event, "wait")


def _let_out(turn: Turn, door: Door, badge: Badge | None) -> bool:
    """Somebody leaves; False where a door that should release for them could not."""
    grant, pulse_ms = turn.event_id(turn.seq), _pulse_ms(door, badge)
    released = not door.out_releases or _pulse(turn, door, grant, pulse_ms)
    until_ms = turn.now.mono_ms + pulse_ms + turn.policy.entry_window_ms
    turn.doors[door.id] = doors.exit_asked(turn.doors[door.id], until_ms, named=True)
    return released


def _left_earlier(turn: Turn, door: Door, person: str, at_ms: int) -> None:
    """A late tap of a known age still ends a stay that began before it."""
    stay = turn.occupancy.stays.get(person)
    if stay is not None and stay.since_ms <= at_ms:
        turn.log(Left(door.id, door.zone, door.outer or "", person, at_ms))


def _judged(
    event: Tapped, device: Device, verdict: Verdict, badge: Badge | None, age_ms: int | None, case: dict[str, object]
) -> Judged:
    return Judged(
        door=device.ref,
        reader=device.id,
        direction=device.direction,
        granted=verdict.granted,
        reason=verdict.reason,
        rule=verdict.rule,
        person="" if badge is None else badge.person,
        badge="" if badge is None else badge.id,
        booking=verdict.booking or "",
        until_ms=verdict.until_ms,
        age_ms=age_ms,
        tag=event.card.tag if badge is None else "",
        warned=verdict.warned,
        case=case,
    )


def _answer(
    turn: Turn, event: Tapped, signal: Signal, verdict: Verdict | None = None, grant: str = "", desk: str = ""
) -> None:
    if event.stamp is None:
        return
    told = None if verdict is None or verdict.reason in UNRECOGNISED else verdict
    turn.effects.append(Feedback(event.device, event.stamp.boot, event.stamp.seq, signal, told, grant, desk))


def on_open_asked(turn: Turn, event: OpenAsked) -> None:
    """Staff open a door once, by hand, with their name and reason; nobody enters by name on it."""
    door = turn.site.doors.get(event.door)
    if door is None:
        return turn.refuse("unknown-door")
    by_hand = Judged(
        door=door.id,
        reader="",
        direction=Direction.IN,
        granted=True,
        reason=Reason.OVERRIDE,
        rule="staff-override",
        author=event.author,
        note=event.note,
    )
    turn.log(by_hand)
    grant, pulse_ms = turn.event_id(turn.seq), _pulse_ms(door, None)
    if _pulse(turn, door, grant, pulse_ms):
        _expect(turn, door, grant, "", pulse_ms)
    return None

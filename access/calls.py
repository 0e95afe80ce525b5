"""Staff call on a reader, to enrol a badge or to test one: the next card there is read for them, and not judged.

Only a card whose tap is proved fresh is taken, once for each call; any other tap is judged as always. Only readers of
entrances can be called on: an exit asks nobody (guarantee D6). The log says that a card was read and for which call;
the card's keyed hash and its sealed UID go to the registry alone, and nowhere else (guarantees P2, P3).
"""

from collections.abc import Iterator
from dataclasses import replace

from access.call import Call, Calls, Opening, may_be_called
from access.case import request_at
from access.clock import SECOND_MS
from access.conditions import conditions_at
from access.effects import CallHeard, CardRead, Feedback
from access.events import CallsTold, Tapped
from access.facts import BadgeRead
from access.gathering import gather
from access.judge import decide
from access.turn import Turn

LONGEST_MS = 60 * SECOND_MS
MOST = 64
"""Held at once."""


def on_calls_told(turn: Turn, event: CallsTold) -> None:
    """The registry says which readers staff call on now; of two calls at one reader the first one holds."""
    before, waiting = turn.calls, dict[str, Call]()
    latest_ms = turn.now.mono_ms + LONGEST_MS
    for call in event.calls[:MOST]:
        if call.id in before.answered or call.reader in waiting or not may_be_called(turn.site, call.reader):
            continue
        known = before.waiting.get(call.reader)
        waiting[call.reader] = replace(call, until_ms=min(call.until_ms, latest_ms))
        if known is None or known.id != call.id:
            turn.effects.append(CallHeard(call.id))
    turn.calls = Calls(waiting, before.answered & {call.id for call in event.calls})


def call_at(turn: Turn, event: Tapped) -> Call | None:
    """The call that a card at this reader answers, if any; it was sealed when it was read."""
    call = turn.calls.waiting.get(event.device)
    return call if call is not None and event.card.sealed and turn.now.mono_ms < call.until_ms else None


def on_card(turn: Turn, event: Tapped, call: Call) -> None:
    """A card is read for staff: no door opens, and the reader shows ``wait``."""
    waiting = {reader: one for reader, one in turn.calls.waiting.items() if reader != call.reader}
    turn.calls = Calls(waiting, turn.calls.answered | {call.id})
    card, badge = event.card, turn.replica.badge_of.get(event.card.credential)
    known = "" if badge is None else badge.id
    turn.log(BadgeRead(call.id, call.reader, known, card.tag if badge is None else ""))
    opens = () if badge is None else tuple(_openings(turn, card.credential))
    turn.effects.append(CardRead(call.id, card.credential, card.sealed, known, opens))
    if event.stamp is not None:
        turn.effects.append(Feedback(event.device, event.stamp.boot, event.stamp.seq, "wait", for_staff=True))


def _openings(turn: Turn, credential: bytes) -> Iterator[Opening]:
    """What each entrance with a reader would say to a fresh tap of this card, now."""
    doors = {one.ref for one in turn.site.devices.values() if may_be_called(turn.site, one.id)}
    for door in (turn.site.doors[ident] for ident in sorted(doors)):
        asked = request_at(door, turn.site.zones[door.zone], turn.before.onward[door.id], credential)
        request = replace(asked, conditions=conditions_at(turn, door, credential, asked.terms))
        verdict = decide(gather(turn.replica, turn.policy, turn.before.zone, request, turn.now))
        yield Opening(door.id, verdict.granted, str(verdict.reason))

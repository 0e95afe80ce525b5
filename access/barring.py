"""Barring people before the replica itself says so, and the replica's own steps, which lift it (``access.denials``)."""

from access.denials import MOST, Denial, Origin, answered, is_news, resurrected
from access.events import DenialsTold, DenyAsked, ReplicaArrived, RevocationsTold
from access.facts import DenialLifted, Denied, ReplicaApplied, RevocationsRead
from access.turn import Turn


def on_replica(turn: Turn, event: ReplicaArrived) -> None:
    """From this step on doors decide by the new version, whole, and never by an older one than before (S10)."""
    was, new = turn.replica, event.replica
    generation, version = turn.applied
    if new.generation == generation and new.version < version:
        return turn.refuse("older-replica")
    turn.replica = new
    if (new.generation, new.version) != turn.applied:
        turn.applied = new.generation, new.version
        turn.log(ReplicaApplied(new.generation, new.version))
    for denial in resurrected(turn.denials, was, new):
        _bar(turn, denial)
    _lift(turn, answered(turn.denials, was, new))
    return None


def settle(turn: Turn) -> None:
    """Lift at a start what the replica has answered since the log's last word."""
    _lift(turn, answered(turn.denials, turn.replica, turn.replica))


def _lift(turn: Turn, lifted: list[Denial]) -> None:
    if lifted:
        keys = {denial.key for denial in lifted}
        turn.denials = {key: denial for key, denial in turn.denials.items() if key not in keys}
        turn.log(*(DenialLifted(denial.what, denial.id) for denial in lifted))


def on_denials_told(turn: Turn, event: DenialsTold) -> None:
    """The registry's lane says who lost something; its changes follow."""
    for denial in event.denials:
        _bar(turn, denial)


def on_deny_asked(turn: Turn, event: DenyAsked) -> None:
    """Staff here bar a badge at once, or all of a person's; the registry revokes it when it hears of this."""
    held = turn.replica.badges.values()
    badges = [event.badge] if event.badge else sorted(badge.id for badge in held if badge.person == event.person)
    for badge in badges:
        _bar(turn, Denial("badge", badge, Origin.STAFF, *turn.applied), event.author, event.note)


def on_revocations_told(turn: Turn, event: RevocationsTold) -> None:
    """A signed file of revocations, read and checked: it is taken once, and none that is older after it."""
    if (event.generation, event.version) == turn.revocations or _is_older(turn, event):
        return turn.refuse("older-revocations")
    before = len(turn.effects)
    for denial in event.denials:
        _bar(turn, denial)
    turn.revocations = event.generation, event.version
    turn.log(RevocationsRead(event.generation, event.version, len(turn.effects) - before, event.author))
    return None


def _is_older(turn: Turn, event: RevocationsTold) -> bool:
    generation, version = turn.revocations
    return event.generation == generation and event.version < version


def _bar(turn: Turn, denial: Denial, author: str = "", note: str = "") -> None:
    if not is_news(turn.denials, denial, turn.replica):
        return
    if len(turn.denials) >= MOST and denial.key not in turn.denials:
        turn.refuse("denials-full")
    else:
        turn.denials = {**turn.denials, denial.key: denial}
        origin, at = str(denial.origin), (denial.generation, denial.version)
        turn.log(Denied(denial.what, denial.id, origin, *at, author=author, note=note))

"""What a change of a site's records touches: whose rights, when its hours are others, and from which moments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from access.codec import record_kind
from access.records import LATEST_MS, Badge, Booking, Closure, Opening, Pass, Person, Record
from access.replica import Change, Put, Replica, table
from access.spans import Span, merged


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change touches: people by id (their badges and passes included), the spans in which the site's hours are
    others, the moments from which something holds that did not, or no more, and the resources whose own hours are
    others.
    """

    people: frozenset[str]
    hours: tuple[Span, ...]
    moments: tuple[int, ...]
    resources: frozenset[str] = frozenset()


def reach_of(before: Replica, after: Replica, changes: Iterable[Change]) -> Reach:
    """What leads from one replica to another, and whom it touches."""
    people, moments, hours, resources = set[str](), set[int](), list[Span](), set[str]()
    for record in _records(before, changes):
        resources |= {record.resource} if isinstance(record, Opening) and record.resource else set()
        people |= _whose(record, after, before)
        moments |= _turns(record)
        hours += _hours(record)
    return Reach(frozenset(people), merged(hours), tuple(sorted(moments)), frozenset(resources))


def _hours(record: Record) -> list[Span]:
    """When a record says whether the site is open: a closure for its span, opening hours at any time."""
    match record:
        case Closure(start_ms=start_ms, end_ms=end_ms):
            return [Span(start_ms, end_ms)]
        case Opening(resource=""):
            return [Span(0, LATEST_MS)]
    return []


def _records(before: Replica, changes: Iterable[Change]) -> Iterator[Record]:
    """What changes, as it was and as it will be."""
    for change in changes:
        if isinstance(change, Put):
            yield change.record
            kind, ident = record_kind(change.record), change.record.id
        else:
            kind, ident = change.kind, change.id
        if (old := table(before, kind).get(ident)) is not None:
            yield old


def _whose(record: Record, *replicas: Replica) -> set[str]:
    match record:
        case Person(id=who):
            return {who}
        case Badge(person=who) | Pass(person=who):
            return {who}
        case Booking(group="", person=who):
            return {who}
        case Booking(group=group):
            everyone = (person for replica in replicas for person in replica.persons.values())
            return {person.id for person in everyone if any(member.group == group for member in person.groups)}
    return set()


def _turns(record: Record) -> set[int]:
    """The moments at which a record begins or ends to hold."""
    names = ("start_ms", "end_ms", "valid_from_ms", "valid_until_ms", "guardian_until_ms", "training_due_ms")
    found = {getattr(record, name, None) for name in names}
    return {moment for moment in found if moment is not None}

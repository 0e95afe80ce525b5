"""What a gateway sends of its log: rows, and gaps where rows are no more; both stand for numbers that follow."""

from collections.abc import Sequence

from access.log import Gap, Row

Element = Row | Gap


def numbers(one: Element) -> tuple[int, int]:
    """The first and the last number that it stands for."""
    return (one.first, one.last) if isinstance(one, Gap) else (one.seq, one.seq)


def head(one: Element) -> bytes:
    """The hash that what follows it names."""
    return one.head if isinstance(one, Gap) else one.hash


def beyond(elements: Sequence[Element], seq: int) -> list[Element]:
    """What lies beyond a number; of a gap that goes over it, the rest."""
    found = [one for one in elements if numbers(one)[1] > seq]
    if found and isinstance(found[0], Gap) and found[0].first <= seq:
        found[0] = Gap(seq + 1, found[0].last, found[0].head)
    return found

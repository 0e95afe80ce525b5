"""Which rows a gateway names when it greets, so that the registry finds where two histories part (S6, S7)."""

MOST = 64
ROUNDS = 10
"""A part of any length is narrowed to one row in as many rounds, and in fewer."""


def usual(seq: int, acked: int, base_seq: int) -> list[int]:
    """Numbers below ``seq``, ever further apart, the last acknowledged one and where the log begins among them."""
    steps = (seq - (1 << power) for power in range(MOST - 2))
    return sorted({number for number in (*steps, acked, base_seq) if max(base_seq, 1) <= number < seq})


def between(after: int, before: int) -> list[int]:
    """Numbers beyond ``after`` up to ``before``, evenly apart, the last one among them."""
    span = before - after
    count = min(span, MOST)
    return [after + -(-span * step // count) for step in range(1, count + 1)]

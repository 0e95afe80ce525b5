"""The lines of a transcript that tell of staff's calls on readers."""

from access.call import Call
from access.effects import CallHeard, CardRead
from access.events import CallsTold


def calls_of(words: list[str], until_ms: int) -> CallsTold:
    """``called c1@in c2@out``: the registry's lane says that staff call on these readers; nothing: on none."""
    named = (word.split("@") for word in words)
    return CallsTold(tuple(Call(ident, reader, until_ms) for ident, reader in named))


def call_told(effect: CallHeard | CardRead) -> str:
    """What the shell does of a call, as a line."""
    if isinstance(effect, CallHeard):
        return f"heard {effect.call}"
    opens = (f"{'opens' if one.granted else 'not'} {one.door} {one.reason}" for one in effect.opens)
    return f"card {effect.call} as {effect.badge or 'nobody'}: {', '.join(opens)}".rstrip(": ")

"""What can go wrong between a gateway and the registry: each is one sentence, and says whether to come back later.

``Trouble`` concerns the whole link. ``Refusal`` is an answer to one request: what else there is to ask may still work.
The sentence is for the log; the ``kind`` is what pages have words for in each of their languages ("": they have none).
"""

from dataclasses import dataclass

UNREACHABLE, NO_TOKEN, TOKEN_REFUSED = "unreachable", "no-token", "token-refused"
BUSY, BAD_ANSWER = "busy", "bad-answer"
UNKNOWN_NAME, NOBODY, SLOW, UNTRUSTED, UNCONFIRMED = "unknown-name", "nobody", "slow", "untrusted", "unconfirmed"
FORKED, DIFFERS, AHEAD, VERSIONS = "forked", "differs", "ahead", "versions"
KINDS = frozenset(
    {
        *(UNREACHABLE, NO_TOKEN, TOKEN_REFUSED, BUSY, BAD_ANSWER, UNKNOWN_NAME, NOBODY, SLOW, UNTRUSTED, UNCONFIRMED),
        *(FORKED, DIFFERS, AHEAD, VERSIONS),
    }
)


class Trouble(Exception):
    """The registry cannot be used now. ``retry_after_ms`` is what it asked to wait, 0 where it did not."""

    kind = ""

    def __init__(self, sentence: str, retry_after_ms: int = 0) -> None:
        super().__init__(sentence)
        self.retry_after_ms = retry_after_ms


class Unreachable(Trouble):
    """Nobody answers there, or not in time, or the connection broke."""

    def __init__(self, sentence: str, kind: str = UNREACHABLE) -> None:
        super().__init__(sentence)
        self.kind = kind


class NoToken(Trouble):
    """The gateway's own token cannot be read from its file."""

    kind = NO_TOKEN


class TokenRefused(Trouble):
    """The registry does not know this token, or it belongs to another site."""

    kind = TOKEN_REFUSED


class Busy(Trouble):
    """The registry asks to come back later."""

    kind = BUSY


class Refusal(Trouble):
    """The registry answered, but not with what was asked for."""


class BadAnswer(Refusal):
    """The answer is not what version 1 of the API answers: another program may answer there."""

    kind = BAD_ANSWER


class NotKnown(Refusal):
    """The registry does not know this request: it is of an earlier version."""

    kind = VERSIONS


class NotUnderstood(Refusal):
    """The registry does not take what was said: it may be of an earlier version."""

    kind = VERSIONS


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch that the registry keeps this log as: it goes on from event ``base_seq`` of ``base_epoch``."""

    epoch: int
    base_epoch: int
    base_seq: int


class Fork(Refusal):
    """The registry holds another history of this log (guarantee S6): it gives a ``branch``, or wants to be greeted."""

    kind = FORKED

    def __init__(self, sentence: str, branch: Branch | None = None) -> None:
        super().__init__(sentence)
        self.branch = branch


class Narrow(Refusal):
    """The registry asks which rows this log has beyond ``after`` up to ``before``."""

    def __init__(self, sentence: str, after: int, before: int) -> None:
        super().__init__(sentence)
        self.after, self.before = after, before


class Unconfirmed(Refusal):
    """Another gateway is the site's, by staff's word: this one is sent neither people nor bookings (S6)."""

    kind = UNCONFIRMED


class Gap(Refusal):
    """The registry lacks rows before those that were sent: it holds what is up to ``resume``."""

    def __init__(self, sentence: str, resume: int) -> None:
        super().__init__(sentence)
        self.resume = resume


class ReplicaAhead(Refusal):
    """This gateway holds a later version than the registry has given: the registry was restored from a backup."""

    kind = AHEAD


class ReplicaDiffers(Refusal):
    """This gateway does not hold what the registry does at the same version."""

    kind = DIFFERS


def kind_of(error: Exception) -> str:
    """Of which kind a failure is, "" where it is of none of ours."""
    return error.kind if isinstance(error, Trouble) else ""

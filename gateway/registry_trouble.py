"""What can go wrong between a gateway and the registry: each is one sentence, and says whether to come back later.

``Trouble`` concerns the whole link. ``Refusal`` is an answer to one request: what else there is to ask may still work.
"""

from dataclasses import dataclass


class Trouble(Exception):
    """The registry cannot be used now. ``retry_after_ms`` is what it asked to wait, 0 where it did not."""

    def __init__(self, sentence: str, retry_after_ms: int = 0) -> None:
        super().__init__(sentence)
        self.retry_after_ms = retry_after_ms


class Unreachable(Trouble):
    """Nobody answers there, or not in time, or the connection broke."""


class NoToken(Trouble):
    """The gateway's own token cannot be read from its file."""


class TokenRefused(Trouble):
    """The registry does not know this token, or it belongs to another site."""


class Busy(Trouble):
    """The registry asks to come back later."""


class Refusal(Trouble):
    """The registry answered, but not with what was asked for."""


class BadAnswer(Refusal):
    """The answer is not what version 1 of the API answers: another program may answer there."""


class NotKnown(Refusal):
    """The registry does not know this request: it is of an earlier version."""


class NotUnderstood(Refusal):
    """The registry does not take what was said: it may be of an earlier version."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch that the registry keeps this log as: it goes on from event ``base_seq`` of ``base_epoch``."""

    epoch: int
    base_epoch: int
    base_seq: int


class Fork(Refusal):
    """The registry holds another history of this log (guarantee S6): it gives a ``branch``, or wants to be greeted."""

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


class Gap(Refusal):
    """The registry lacks rows before those that were sent: it holds what is up to ``resume``."""

    def __init__(self, sentence: str, resume: int) -> None:
        super().__init__(sentence)
        self.resume = resume


class ReplicaAhead(Refusal):
    """This gateway holds a later version than the registry has given: the registry was restored from a backup."""


class ReplicaDiffers(Refusal):
    """This gateway does not hold what the registry does at the same version."""

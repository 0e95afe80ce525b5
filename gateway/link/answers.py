"""What an HTTP answer of the registry means: its body, or a Trouble in one sentence."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from gateway.link.status import UNCONFIRMED
from gateway.link.trouble import (
    BadAnswer,
    Branch,
    Busy,
    Fork,
    Gap,
    Narrow,
    NotKnown,
    NotUnderstood,
    Refusal,
    ReplicaAhead,
    TokenRefused,
    Trouble,
    Unconfirmed,
)
from gateway.link.wire import ProblemBody, read_answer

PROBLEM = "urn:hubout:problem:"
DETAIL_AT_MOST = 200
LONGEST_RETRY_S = 600


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked(what: str, answer: Answered) -> Answered:
    """The answer, where it is 200 or 304. Raises Trouble."""
    if answer.status in (200, 304):
        return answer
    problem = _problem(answer.body)
    raise _trouble(what, answer, problem, problem.type.removeprefix(PROBLEM))


def _trouble(what: str, answer: Answered, problem: ProblemBody, kind: str) -> Trouble:
    said = _printable(problem.detail) or "it gives no reason"
    match answer.status, kind:
        case 401, _:
            return TokenRefused("the registry does not accept our token; put the right one into [registry] token_file")
        case 403, _:
            return TokenRefused(f"the registry does not let our token do this: {said}")
        case ((429 | 503), _):
            return Busy(f"the registry asks to wait: {said}", _retry_after_ms(answer.headers))
        case 409, _:
            return _conflict(what, problem, kind, said)
        case 422, "invalid":
            return NotUnderstood(f"the registry refused {what} with 422: {said}")
        case status, _ if status < 400:
            return BadAnswer(f"status {status} to {what} is no answer of a registry; see [registry] url")
        case status, _:
            refusal = NotKnown if status == 404 else Refusal
            return refusal(f"the registry refused {what} with {status}: {said}")


def _conflict(what: str, problem: ProblemBody, kind: str, said: str) -> Trouble:
    match kind:
        case "gap" if problem.resume is not None:
            return Gap(f"the registry lacks earlier rows: {said}", problem.resume)
        case "fork":
            return Fork(f"the registry holds another history of this log: {said}", _branch(problem))
        case "narrow" if problem.after is not None and problem.before is not None:
            return Narrow(f"the registry asks for more of this log: {said}", problem.after, problem.before)
        case "unconfirmed":
            return Unconfirmed(UNCONFIRMED)
        case "replica-ahead":
            return ReplicaAhead(f"the registry knows less than this site does already: {said}")
    return Refusal(f"the registry refused {what} with 409: {said}")


def _branch(problem: ProblemBody) -> Branch | None:
    if problem.epoch is None or problem.base_epoch is None or problem.base_seq is None:
        return None
    return Branch(problem.epoch, problem.base_epoch, problem.base_seq)


def _problem(body: bytes) -> ProblemBody:
    try:
        return read_answer(ProblemBody, body)
    except BadAnswer:
        return ProblemBody()


def _printable(detail: str) -> str:
    return "".join(char for char in detail[:DETAIL_AT_MOST] if char.isprintable())


def _retry_after_ms(headers: Mapping[str, str]) -> int:
    """What Retry-After asks for in seconds; its form with a date needs the registry's clock and is passed over."""
    asked = headers.get("Retry-After", "")
    return min(int(asked[:6]), LONGEST_RETRY_S) * 1_000 if asked.isascii() and asked.isdecimal() else 0


def cut_off(sock: socket.socket) -> None:
    """Make whoever waits for this socket stop waiting."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)

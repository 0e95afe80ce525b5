"""What can be refused, as RFC 9457 problems: each has a name, a status and a title; its sentence says what to do."""

from enum import Enum
from typing import Any

MEDIA_TYPE = "application/problem+json"


class Kind(Enum):
    """The kinds of problem: the last part of its type URN, the HTTP status and the title."""

    BAD_REQUEST = ("bad-request", 400, "The request cannot be read")
    NO_CREDENTIAL = ("no-credential", 401, "A valid bearer token is needed")
    NOT_YOURS = ("not-yours", 403, "This credential does not open this")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    METHOD = ("method-not-allowed", 405, "This address does not take this method")
    TIMEOUT = ("timeout", 408, "The request took too long to arrive")
    EXISTS = ("exists", 409, "It exists already")
    BOOKING_CONFLICT = ("booking-conflict", 409, "The resource is taken in this span")
    QUOTA = ("quota-exceeded", 409, "It exceeds a quota")
    CLOSED = ("closed", 409, "The site or the resource is closed in this span")
    OVERDUE = ("training-overdue", 409, "Mandatory training is overdue")
    OUT_OF_TURN = ("out-of-turn", 409, "What it has become does not allow this")
    NO_PROGRAMME = ("no-matching-programme", 409, "No programme takes this person")
    FULL = ("full", 409, "Every seat is taken")
    SERVICE_OVERLAP = ("service-overlap", 409, "This person has other hours at the same time")
    IN_USE = ("in-use", 409, "Something still depends on it")
    GAP = ("gap", 409, "Rows are missing before this batch")
    FORK = ("fork", 409, "The registry holds another history of this log")
    NARROW = ("narrow", 409, "More must be known of this log")
    UNCONFIRMED = ("unconfirmed", 409, "Staff have not confirmed this gateway as the site's")
    REPLICA_AHEAD = ("replica-ahead", 409, "The gateway's replica is ahead of the registry")
    CHANGED = ("changed", 412, "It has changed since you read it")
    TOO_LARGE = ("too-large", 413, "The request is too large")
    INVALID = ("invalid", 422, "The request does not say what is needed")
    BROKEN_ROW = ("broken-row", 422, "A row of the log does not verify")
    KEY_REUSED = ("key-reused", 422, "This Idempotency-Key was used for another request")
    NEEDS_MATCH = ("needs-match", 428, "An edit needs the version it starts from")
    TOO_MANY = ("too-many", 429, "Too many requests")
    INTERNAL = ("internal", 500, "The registry failed")
    UNAVAILABLE = ("unavailable", 503, "The registry cannot answer now")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title


class Problem(ValueError):
    """A refusal: its kind, one sentence, and members that a program may read."""

    def __init__(self, kind: Kind, detail: str, headers: dict[str, str] | None = None, **members: object) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = headers or {}
        self.members = members

    def body(self) -> dict[str, Any]:
        """The problem's JSON object."""
        return {
            "type": f"urn:hubout:problem:{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": str(self),
            **self.members,
        }

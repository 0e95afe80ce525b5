"""Where what is known of people lies, by the kinds of ``access.retention``; and what holds nobody.

A test walks the tables of the registry's database and of the gateway's files: one that is in neither list fails it. So
whoever makes a table says here what of people it holds; the purge's rule for it is then in ``registry.retention``.
"""

from dataclasses import dataclass

from access import retention as r
from access.retention import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A table, file or message: the ``kinds`` of data of people in it."""

    name: str
    kinds: tuple[Kind, ...]


def _places(*found: tuple[str, tuple[Kind, ...]]) -> dict[str, Place]:
    return {name: Place(name, kinds) for name, kinds in found}


AT_REGISTRY = _places(
    ("event", (r.ACCESS, r.REFUSAL, r.DESK, r.ACT)),
    ("branch", (r.ACCESS,)),
    ("stay", (r.ATTENDANCE,)),
    ("visit", (r.ACCESS,)),
    ("conflict", (r.ATTENDANCE,)),
    ("roll_call", (r.ATTENDANCE,)),
    ("corrected", (r.ATTENDANCE,)),
    ("register_row", (r.REGISTER,)),
    ("register_name", (r.REGISTER,)),
    ("certificate", (r.REGISTER,)),
    ("service_entry", (r.SERVICE,)),
    ("desk_visit", (r.SERVICE,)),
    ("service_target", (r.PERSON,)),
    ("person", (r.PERSON,)),
    ("person_site", (r.PERSON,)),
    ("rights", (r.PERSON,)),
    ("badge", (r.PERSON,)),
    ("credential", (r.PERSON,)),
    ("role", (r.PERSON,)),
    ("pass", (r.PERSON,)),
    ("guardian", (r.PERSON,)),
    ("transfer", (r.PERSON,)),
    ("enrolment", (r.PERSON,)),
    ("member", (r.PERSON,)),
    ("session_trainer", (r.PERSON,)),
    ("person_quota", (r.PERSON,)),
    ("feed_token", (r.PERSON,)),
    ("data_request", (r.REQUEST,)),
    ("consent", (r.CONSENT,)),
    ("published", (r.PERSON, r.DESK)),
    ("booking", (r.BOOKING, r.DESK)),
    ("series", (r.BOOKING, r.DESK)),
    ("waiting", (r.WAITING, r.DESK)),
    ("badge_call", (r.CALL,)),
    ("account", (r.ACCOUNT,)),
    ("recovery_code", (r.ACCOUNT,)),
    ("linked_identity", (r.ACCOUNT,)),
    ("web_session", (r.SESSION,)),
    ("password_reset", (r.SESSION,)),
    ("api_token", (r.TOKEN,)),
    ("answer", (r.ANSWER,)),
    ("look", (r.LOOK,)),
    ("act", (r.ACT, r.SIGN_IN)),
    ("confirmation", (r.ACT,)),
    ("alarm", (r.ACT,)),
    ("legal_hold", (r.ACT,)),
)
NOBODY_AT_REGISTRY = frozenset(
    {
        "feed",
        "site",
        "gateway",
        "applied",
        "closure",
        "opening",
        "resource",
        "booking_policy",
        "presence_policy",
        "narrowing",
        "gap",
        "programme",
        "programme_zone",
        "module",
        "cohort",
        "team",
        "session",
        "session_group",
        "register",
        "register_gone",
        "report",
        "certificate_year",
        "seeded",
        "purged",
        "consent_text",
        "erased",
    }
)

AT_GATEWAY = _places(
    ("log.db:body", (r.ACCESS, r.REFUSAL, r.DESK, r.ACT)),
    ("link.db:record", (r.PERSON, r.DESK)),
    ("days.db:mark", (r.ACCESS,)),
    ("displays.json", (r.ACT,)),
    ("revocations", (r.PERSON,)),
    ("log.db.damaged-*", (r.DAMAGED,)),
)
NOBODY_AT_GATEWAY = frozenset(
    {
        "log.db:meta",
        "log.db:log",
        "log.db:gap",
        "log.db:mending",
        "log.db:cursor",
        "log.db:refusal",
        "link.db:standing",
        "link.db:digest",
        "days.db:piece",
        "days.db:hour",
        "plan.json",
        "times.json",
        "reserve",
        "retained messages",
    }
)

"""What staff do at the centre's pages, in the words of the audit trail (``registry.guard.acts``)."""

from enum import StrEnum

from registry.sites.rekeying import REKEYED


class Did(StrEnum):
    """What was done to whom."""

    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_SUSPENDED = "person-suspended"
    PERSON_LIFTED = "person-lifted"
    BADGE_REVOKED = "badge-revoked"
    CLOSURE_ADDED = "closure-added"
    CLOSURE_DROPPED = "closure-dropped"
    REGISTER_OPENED = "register-opened"
    REGISTER_READ = "register-read-anew"
    REGISTER_CORRECTED = "register-corrected"
    REGISTER_CLOSED = "register-closed"
    REGISTER_GIVEN_OUT = "register-given-out"
    REPORT_PUBLISHED = "report-published"
    REPORT_UNSEALED = "report-published-unsealed"
    CERTIFIED = "certificate-given-out"
    CERTIFICATE_PRINTED = "certificate-printed"
    SERVICE_GIVEN = "service-written"
    SERVICE_CORRECTED = "service-corrected"
    SERVICE_OWED = "service-target-set"
    VISIT_WRITTEN = "desk-visit-written"

    SHEET_GIVEN_OUT = "desk-sheet-given-out"
    BRANCH_CONFIRMED = "branch-confirmed"
    CONFLICT_RESOLVED = "conflict-resolved"
    GATEWAY_ADDED = "gateway-added"
    GATEWAY_DROPPED = "gateway-dropped"
    SITE_REKEYED = REKEYED
    SITE_MADE = "site-made"
    SITE_CHANGED = "site-changed"
    FILE_BROUGHT_IN = "file-brought-in"
    FILE_TAKEN_OUT = "file-taken-out"
    BOOKING_APPROVED = "booking-approved"
    BOOKING_REFUSED = "booking-refused"
    SERIES_CHANGED = "series-changed"
    SERIES_CANCELLED = "series-cancelled"
    HOURS_CHANGED = "hours-changed"
    HOLIDAYS_ADDED = "holidays-added"
    PROGRAMME_ADDED = "programme-added"
    PROGRAMME_CHANGED = "programme-changed"
    PROGRAMME_DROPPED = "programme-dropped"
    MODULE_ADDED = "module-added"
    MODULE_CHANGED = "module-changed"
    MODULE_DROPPED = "module-dropped"
    COHORT_ADDED = "cohort-added"
    COHORT_CHANGED = "cohort-changed"
    COHORT_DROPPED = "cohort-dropped"
    TEAM_ADDED = "team-added"
    TEAM_CHANGED = "team-changed"
    TEAM_DROPPED = "team-dropped"
    TEAM_JOINED = "team-joined"
    TEAM_LEFT = "team-left"
    ENROLLED = "enrolment-given"
    WITHDRAWN = "enrolment-ended"
    SESSION_PLANNED = "session-planned"
    SESSION_CHANGED = "session-changed"
    SESSION_DELIVERED = "session-delivered"
    SESSION_CANCELLED = "session-cancelled"
    CONSENT_GIVEN = "consent-given"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_TEXT = "consent-text-published"
    REQUEST_ANSWERED = "data-request-answered"
    ARCHIVE_GIVEN = "archive-given-out"
    TOKEN_MADE = "token-made"  # noqa: S105 -- a word of the trail
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 -- as above


def given(kind: str) -> str:
    """Somebody was given a role, a right, a pass, a place in a programme, a guardian's authorisation, a transfer."""
    return f"{kind}-given"


def changed(kind: str) -> str:
    """It was changed."""
    return f"{kind}-changed"


def ended(kind: str) -> str:
    """It was ended, or taken back."""
    return f"{kind}-ended"

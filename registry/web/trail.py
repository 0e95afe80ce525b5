"""What staff do at the centre's pages, in the words of the audit trail (``registry.acts``)."""

from enum import StrEnum


class Did(StrEnum):
    """What was done to whom."""

    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_SUSPENDED = "person-suspended"
    PERSON_LIFTED = "person-lifted"
    BADGE_REVOKED = "badge-revoked"
    CLOSURE_ADDED = "closure-added"
    CLOSURE_DROPPED = "closure-dropped"
    FILE_BROUGHT_IN = "file-brought-in"
    FILE_TAKEN_OUT = "file-taken-out"

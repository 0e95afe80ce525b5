"""The pages of staff that tests look at; ``{person}``, ``{badge}`` and ``{closure}`` stand for those of the tests'
centre.
"""

from tests.support.page_rules import Sight, send_at_once

_CHOSEN = "/people-chosen?do={}&one={{person}}"
_DROP, _REVOKE = "/closures/{site}/{closure}/drop", "/badges/{badge}/revoke"
_PERSON, _EDIT = "/people/{person}", "/people/{person}/edit"

STAFF: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/people")),
    ("guida", Sight("/people?q=nobody-is-called-so")),
    ("socia", Sight("/people", status=403)),
    ("guida", Sight(_PERSON, _PERSON)),
    ("guida", Sight(_EDIT, _EDIT)),
    ("guida", Sight("/people-new")),
    ("guida", Sight("/people-new", status=422, first=send_at_once)),
    ("guida", Sight("/people-chosen?do=suspend")),
    ("guida", Sight(_CHOSEN.format("suspend"))),
    ("guida", Sight(_CHOSEN.format("revoke"), status=422, first=send_at_once)),
    ("guida", Sight("/badges")),
    ("guida", Sight("/badges?state=ended")),
    ("guida", Sight(_REVOKE, _REVOKE)),
    ("guida", Sight(_REVOKE, status=422, first=send_at_once)),
    ("guida", Sight("/closures?past=1")),
    ("guida", Sight("/closures?site=nowhere")),
    ("guida", Sight("/closures-new?site=matera")),
    ("guida", Sight("/closures-new?site=matera", status=422, first=send_at_once)),
    ("guida", Sight(_DROP.replace("{site}", "matera"), _DROP)),
    ("guida", Sight("/imports")),
    ("guida", Sight("/imports", status=422, first=send_at_once)),
)
STAFF_NO_PAGES = ("/exports/{kind}",)
"""A file."""

"""Why something cannot be said of a register, in words for whoever asks the API."""

from collections.abc import Mapping

from access.register_words import Why

_SENTENCES: Mapping[Why, str] = {
    Why.SEALED: "this register is sealed; correct it, and close the edition that follows.",
    Why.PLANNED: "one of its sessions is still planned; say whether it was held, and read the register anew.",
    Why.NOT_OVER: "the logs were read before its last session was over; read the register anew.",
    Why.EMPTY: "it has no session; read the register anew.",
    Why.DONE: "it is closed in this part already; the other part is left.",
    Why.SAME_PERSON: "whoever closed it in one part cannot close it in the other; ask somebody else.",
    Why.NO_ROW: "this row is none of this person's at this session, or it is corrected already; correct its last row.",
    Why.NOT_EXPECTED: "this person is not of this register's session; enrol them, and read the register anew.",
    Why.NOT_HELD: "this session was not held, so that nobody was there.",
    Why.NO_REASON: "say the reason of the correction.",
    Why.NO_SPAN: "from and to come in this order, and touch the session.",
    Why.ABSENT_ALREADY: "no row says that this person was there; name the row that you take back.",
}


def sentence(why: Why) -> str:
    """One clear sentence."""
    return _SENTENCES[why]

"""Every reason grants or refuses, and every refusal has its place among those named first."""

from access.reasons import GRANTS, NAMED_FIRST, RANK, SOONEST, UNRECOGNISED, WAITS, Reason


def test_a_reason_either_grants_or_has_a_rank_among_refusals() -> None:
    assert set(NAMED_FIRST) | GRANTS == set(Reason)
    assert not set(NAMED_FIRST) & GRANTS
    assert len(NAMED_FIRST) == len(set(NAMED_FIRST)) == len(RANK)


def test_what_is_answered_wait_is_named_before_anything_about_the_person() -> None:
    assert max(RANK[reason] for reason in WAITS) < min(RANK[reason] for reason in set(NAMED_FIRST) - WAITS)


def test_nobody_is_told_more_whose_tap_may_be_old_or_whose_badge_is_unknown() -> None:
    assert WAITS < UNRECOGNISED
    assert not UNRECOGNISED & GRANTS


def test_deny_is_named_before_the_lack_of_a_reason_to_be_here() -> None:
    assert RANK[Reason.BADGE_REVOKED] < RANK[Reason.LOCKDOWN] < RANK[Reason.SITE_CLOSED] < RANK[Reason.NO_BOOKING]


def test_refusals_are_ranked_in_their_order_and_those_of_a_time_to_come_alike() -> None:
    assert list(NAMED_FIRST) == sorted(NAMED_FIRST, key=RANK.__getitem__)
    assert len({RANK[reason] for reason in SOONEST}) == 1
    others = [RANK[reason] for reason in NAMED_FIRST if reason not in SOONEST]
    assert len(set(others)) == len(others)
    assert not set(others) & {RANK[reason] for reason in SOONEST}


def test_what_passes_by_itself_is_named_only_where_nothing_else_refuses() -> None:
    """Nobody is told of an empty chair, or of staff to come, whom neither would help."""
    by_itself = {Reason.MINOR_NO_STAFF, Reason.NO_STAFF_YET, Reason.ZONE_FULL, Reason.ALREADY_INSIDE}
    assert min(RANK[reason] for reason in by_itself) > max(RANK[reason] for reason in set(NAMED_FIRST) - by_itself)

"""The digest of a replica: the same for the same records, however they came, and another for any other."""

from hypothesis import given
from hypothesis import strategies as st

from access.fingerprint import EMPTY, MODULUS, fingerprint, moved

RECORDS = st.dictionaries(
    st.tuples(st.sampled_from(["badge", "person"]), st.text(max_size=3)),
    st.dictionaries(st.sampled_from(["name", "zones", "revoked"]), st.one_of(st.text(max_size=5), st.integers())),
    max_size=6,
)
Held = dict[tuple[str, str], dict[str, object]]


def of(records: Held) -> str:
    """The digest, from nothing."""
    return moved(EMPTY, [], (fingerprint(*key, record) for key, record in records.items()))


@given(RECORDS, RECORDS)
def test_it_is_kept_as_records_come_and_go(before: Held, after: Held) -> None:
    gone = (fingerprint(*key, record) for key, record in before.items() if after.get(key) != record)
    come = (fingerprint(*key, record) for key, record in after.items() if before.get(key) != record)
    assert moved(of(before), gone, come) == of(after)
    assert (of(before) == of(after)) == (before == after)


def test_the_order_of_members_does_not_matter_and_every_one_of_them_does() -> None:
    told = fingerprint("badge", "b", {"person": "anna", "revoked": True})
    assert told == fingerprint("badge", "b", {"revoked": True, "person": "anna"})
    others = [("pass", "b", {}), ("badge", "c", {}), ("badge", "b", {"person": "anna"})]
    assert len({told, *(fingerprint(*one) for one in others)}) == 4


def test_it_is_64_digits_whatever_comes() -> None:
    assert f"{0:064x}" == EMPTY
    assert moved(EMPTY, [1], []) == f"{MODULUS - 1:064x}"
    assert moved(moved(EMPTY, [1], []), [], [1]) == EMPTY
    assert len(moved(EMPTY, [], [fingerprint("person", "a", {"name": "Zoë \ud800"})])) == 64

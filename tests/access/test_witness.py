"""Which heads of other sites' logs are noted, and that the core logs them (S4)."""

from collections import Counter

from access.effects import Append
from access.events import WitnessTold
from access.facts import Witnessed
from access.step import step
from access.witness import MOST, NOTE_EVERY_MS, Head, news
from tests.support.core_site import at, begun

FIRST, LATER = ("cinisello", 1, 5, "aa" * 32), ("cinisello", 1, 9, "bb" * 32)
OTHER = ("milano", 2, 3, "cc" * 32)


def test_what_moved_is_noted_at_most_once_an_hour() -> None:
    noted, now = news("matera", {}, [FIRST, OTHER], 1_000)
    assert set(now) == {FIRST, OTHER}
    noted, now = news("matera", noted, [LATER, OTHER], 1_000 + NOTE_EVERY_MS - 1)
    assert now == ()
    noted, now = news("matera", noted, [LATER, OTHER], 1_000 + NOTE_EVERY_MS)
    assert now == (LATER,), "where nothing moved there is nothing to note"
    assert news("matera", noted, [LATER], 10 * NOTE_EVERY_MS)[1] == ()


def test_every_site_has_as_many_witnesses_and_is_none_of_its_own() -> None:
    told: list[Head] = [(f"site-{number}", 1, 1, "aa" * 32) for number in range(9)]
    noting = {head[0]: [other[0] for other in news(head[0], {}, told, 0)[1]] for head in told}
    assert all(site not in others for site, others in noting.items())
    assert Counter(other for others in noting.values() for other in others) == {head[0]: MOST for head in told}
    assert noting["site-7"] == ["site-8", "site-0", "site-1", "site-2"]


def test_the_core_logs_what_is_told() -> None:
    _, effects = step(begun(), WitnessTold((FIRST, OTHER)), at(1))
    assert [one.fact for one in effects if isinstance(one, Append)] == [Witnessed(*FIRST), Witnessed(*OTHER)]

"""A checker counts only after it was seen to fail: for each of D1 to D13 a fault planted in the product, and found.

As ``test_checkers_sync`` does for what is synchronised.
"""

import pytest

from hubout.simulate.books import Prepared
from tests.support.planted import names, planted, see_found
from tests.support.sabotage import Sabotage

FAULTS = planted("D")


@pytest.mark.parametrize(("guarantee", "sabotage"), FAULTS, ids=names(FAULTS))
def test_a_planted_fault_is_found(
    guarantee: str, sabotage: Sabotage, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    see_found(guarantee, sabotage, prepared, monkeypatch)

"""Every row of the tables of door cases, asked of the registry: it says what the tables say."""

from dataclasses import fields
from typing import Any

import pytest

from access.case import Conditions
from access.credential import pin_hash
from access.reasons import Reason
from tests.support.centres import Centre
from tests.support.door_conditions import age_of, conditions_of, pin_of
from tests.support.door_table import KEY, TABLES, Row, Table, credential
from tests.support.laid import decided, lay, publish


def asked(table: Table, row: Row) -> dict[str, Any]:
    """A row as a question."""
    holds, usual = conditions_of(row), Conditions()
    said = {one.name: getattr(holds, one.name) for one in fields(Conditions)}
    differing = {name: value for name, value in said.items() if value != getattr(usual, name)}
    listed = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in differing.items()}
    tap = {"age": str(age_of(row)), "repeated": "repeated" in row.holds, "pin": pin(table, row)}
    return {"site": "table", "door": row.door, "badge": row.who, "at_ms": row.at_ms, "conditions": listed, **tap}


def pin(table: Table, row: Row) -> str:
    typed, badge = pin_of(row), table.replica.badges.get(row.who)
    if not typed or badge is None:
        return "missing"
    return "right" if pin_hash(KEY, credential(row.who), typed) in badge.pins else "wrong"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_registry_says_what_the_table_says(empty: Centre, table: Table) -> None:
    empty.add_site("table")
    lay(empty, table.site)
    publish(empty, "table", table.records)
    said = decided(empty, *(asked(table, row) for row in table.rows))
    for row, one in zip(table.rows, said, strict=True):
        assert (one["granted"], one["reason"]) == (row.verdict == "grant", str(row.reason)), row
        assert (one["until_ms"], one["warned"]) == (row.until_ms, [str(warned) for warned in row.warned]), row
        facts = {fact["code"]: fact["value"] for fact in one["facts"]}
        assert (facts["door"], facts["at_ms"]) == (row.door, row.at_ms)
        assert one["remedy"] is None or not one["granted"]
        assert (one["person"] is None) == (row.reason is Reason.UNKNOWN_BADGE or one["badge"] is None)

"""Every table of the registry's and the gateway's databases says what of people it holds, or that it holds nobody."""

from access.retention import KINDS
from access.retention_places import AT_GATEWAY, AT_REGISTRY, NOBODY_AT_GATEWAY, NOBODY_AT_REGISTRY
from access.retention_record import record
from gateway.days.tables import DaysTable
from gateway.link.tables import LinkTable
from gateway.log.tables import LogTable
from registry.tables import core, feeds
from registry.tables.base import METADATA
from tests.support.house import ROOT

OF_PEOPLE = {"person", "host", "author", "operator", "account", "login", "email", "fiscal_code", "birth_date", "badge"}
WHERE = "a new table is named in access/retention_places.py: with the kinds of people's data in it, or as holding none"
assert core.feed is METADATA.tables["feed"]
assert feeds.feed_token is METADATA.tables["feed_token"]


def at_gateway() -> set[str]:
    files = {"log.db": LogTable, "link.db": LinkTable, "days.db": DaysTable}
    return {f"{file}:{table}" for file, base in files.items() for table in base.metadata.tables}


def test_every_table_of_the_registry_is_in_one_list_and_in_one_only() -> None:
    assert set(AT_REGISTRY) | NOBODY_AT_REGISTRY == set(METADATA.tables), WHERE
    assert not set(AT_REGISTRY) & NOBODY_AT_REGISTRY


def test_every_table_of_the_gateway_is_in_one_list_and_in_one_only() -> None:
    named = set(AT_GATEWAY) | NOBODY_AT_GATEWAY
    assert {name for name in named if ":" in name} == at_gateway(), WHERE
    assert not set(AT_GATEWAY) & NOBODY_AT_GATEWAY


def test_no_table_with_a_column_of_people_is_said_to_hold_nobody() -> None:
    for name in NOBODY_AT_REGISTRY:
        assert not OF_PEOPLE & set(METADATA.tables[name].c.keys()), name


def test_every_kind_lies_somewhere() -> None:
    kept = {kind for place in (*AT_REGISTRY.values(), *AT_GATEWAY.values()) for kind in place.kinds}
    assert kept == set(KINDS)


def test_the_record_of_processing_is_published_as_it_is_in_both_languages() -> None:
    published = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines()
    for language in ("en", "it"):
        lines = record(language)
        begin = published.index(lines[0])
        assert published[begin : begin + len(lines)] == lines, "docs/privacy.md: write its tables anew"
        assert all(f"| {kind.id} |" in "\n".join(lines) for kind in KINDS)

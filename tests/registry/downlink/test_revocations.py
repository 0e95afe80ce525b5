"""The signed file of revocations as the registry writes it, from its store and from the command line (D9)."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from access.revocations import BadRevocations, Revocations, read
from hubout.cmd_registry import command
from registry.problems import Problem
from registry.setup import Registry
from tests.support.centres import Centre

UIDS = [f"04A1B2C3D4E5{number:02X}" for number in range(3)]


def read_at(both: Centre, site: str) -> Revocations:
    return read(both.registry.revocations(site), site, both.registry.keys.of(site))


def test_it_holds_what_the_lane_tells_from_the_beginning_on(both: Centre) -> None:
    person = both.admit("matera")
    badges = [both.registry.enrol(person, uid) for uid in UIDS]
    assert read_at(both, "matera").denials == ()
    for badge in badges[:2]:
        both.ask("POST", f"/badges/{badge}/revoke")
    said = both.as_gateway("matera", "GET", "/lane?since=1").json()
    found = read_at(both, "matera")
    assert (found.generation, found.version) == (said["generation"], said["version"])
    assert [list(one) for one in found.denials] == said["denials"]
    assert {ident for _, ident, _ in found.denials} == set(badges[:2])
    assert read_at(both, "cinisello").denials == ()


def test_one_site_cannot_read_the_others_and_a_site_that_is_not_there_has_none(both: Centre) -> None:
    with pytest.raises(BadRevocations):
        read(both.registry.revocations("cinisello"), "matera", both.registry.keys.of("matera"))
    with pytest.raises(Problem, match="no such site"):
        both.registry.revocations("bari")


def test_the_command_writes_it_as_it_is(tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys"
    with Registry(url, keys) as registry:
        registry.add_site("matera", "Matera")
        key = registry.keys.of("matera")
    words = ["--database", url, "--keys", str(keys), "revocations", "--site"]
    done = CliRunner().invoke(command, [*words, "matera"])
    assert done.exit_code == 0, done.output
    assert read(done.stdout_bytes, "matera", key).denials == ()
    refused = CliRunner().invoke(command, [*words, "bari"])
    assert refused.exit_code == 1
    assert "no such site" in refused.output

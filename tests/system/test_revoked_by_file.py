"""A site that cannot reach its registry is brought a signed file of revocations, and bars at once (D9, S10)."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.facts import DenialLifted, Denied, RevocationsRead
from tests.support.small_site import UID, front_reader, opens, small_site
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def revoke(site: WholeSite, file: Path) -> tuple[int, str]:
    """What the command says, and how it ends."""
    words = [sys.executable, "-m", "hubout", "revoke", str(file), "--config", str(site.config), "--by", "Sara"]
    done = subprocess.run(words, cwd=site.folder, capture_output=True, text=True, check=False, timeout=60)
    assert (site.state / "revocations").exists() is False
    return done.returncode, (done.stdout + done.stderr).strip()


def refused(site: WholeSite, front: WireDevice) -> str:
    assert front.signal(front.tap(UID)) == "denied"
    return site.log.verdicts()[-1].reason


def test_a_file_that_was_carried_bars_until_the_registrys_own_changes_come(site: WholeSite, tmp_path: Path) -> None:
    site.start()
    file, early = tmp_path / "stick.revocations", tmp_path / "early.revocations"
    with front_reader(site) as front:
        opens(site, front)
        site.registry.stop()
        early.write_bytes(site.books.revocations(site.site))
        site.books.revoke("badge-anna")
        file.write_bytes(site.books.revocations(site.site))
        opens(site, front)

        raw = file.read_bytes()
        forged = tmp_path / "forged.revocations"
        forged.write_bytes(raw.replace(b"badge-anna", b"badge-bert"))
        code, said = revoke(site, forged)
        assert (code, len(said.splitlines())) == (1, 1)
        assert "it is not signed for this site" in said
        opens(site, front)

        code, said = revoke(site, file)
        assert code == 0, said
        assert re.search(r"taken: 1 revocation.* at version \d+", said)
        assert refused(site, front) == "denied"
        for again, why in ((file, "taken already"), (early, "older than the one of version")):
            code, said = revoke(site, again)
            assert (code, len(said.splitlines())) == (1, 1)
            assert why in said
        assert [fact.author for fact in site.log.facts(RevocationsRead)] == ["Sara"]

        site.gateway.kill()
        site.restart_gateway()
        front.born()
        assert refused(site, front) == "denied"
        site.registry.start()
        site.until(lambda: site.log.facts(DenialLifted), "the registry's own changes")
        assert refused(site, front) == "badge-revoked"
    assert [(fact.id, fact.origin) for fact in site.log.facts(Denied)] == [("badge-anna", "usb")]


def test_a_gateway_that_does_not_run_is_said_and_nothing_stays_behind(site: WholeSite, tmp_path: Path) -> None:
    file = tmp_path / "stick.revocations"
    file.write_bytes(site.books.revocations(site.site))
    site.state.mkdir(exist_ok=True)
    code, said = revoke(site, file)
    assert (code, len(said.splitlines())) == (1, 1)
    assert "the gateway does not answer" in said

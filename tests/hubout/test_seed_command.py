"""``hubout registry seed`` as staff use it: once, again, and wrongly."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from hubout.cli import run
from registry.setup import ACCOUNTS_FILE, KEY_FILE, TOKEN_FILE


@dataclass(frozen=True, slots=True)
class Seeding:
    """The command on a database of its own: its exit code, and what it says on either stream."""

    folder: Path
    said: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Run it."""
        url = f"sqlite:///{self.folder / 'r.db'}"
        before = ["registry", "--database", url, "--keys", str(self.folder / "keys")]
        code = run([*before, "seed", "--files", str(self.folder / "gateways"), *arguments])
        return (code, *self.said.readouterr())


@pytest.fixture
def seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Seeding:
    return Seeding(tmp_path, capsys)


def test_it_says_what_came_and_where_the_gateways_files_are(seed: Seeding, tmp_path: Path) -> None:
    code, out, _ = seed("--first-day", "2026-11-30")
    assert code == 0
    lines = out.splitlines()
    assert "site: 2" in lines
    assert "programme: 3" in lines
    assert f"the files of the new sites' gateways are in {tmp_path / 'gateways'}" in lines
    assert lines[-1].endswith(f" within 24 hours, are in {tmp_path / 'gateways' / ACCOUNTS_FILE}")
    for site in ("cinisello", "matera"):
        assert {path.name for path in (tmp_path / "gateways" / site).iterdir()} == {TOKEN_FILE, KEY_FILE}
    secrets = [(tmp_path / "gateways" / "matera" / TOKEN_FILE).read_text().strip()]
    secrets += [line.split()[-1] for line in (tmp_path / "gateways" / ACCOUNTS_FILE).read_text().splitlines()]
    assert not any(secret in out for secret in secrets)


def test_again_it_says_that_there_is_nothing_new(seed: Seeding) -> None:
    seed()
    assert seed() == (0, "nothing new: this example was brought in before\n", "")


def test_an_example_of_ones_own_is_brought_the_same_way(seed: Seeding, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "a.toml").write_text('[[site]]\nid = "rome"\nname = "Roma"\n')
    _, out, _ = seed("--example", str(own))
    assert out.splitlines()[0] == "holidays: 2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--example", "nowhere"), "there is no example nowhere; name one of hubout"),
        (("--first-day", "30/11/2026"), "is no date"),
        (("--first-day", "2026-12-01"), "is no Monday"),
    ],
)
def test_wrong_use_is_one_sentence_and_brings_nothing(
    seed: Seeding, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = seed(*arguments)
    assert (code in {1, 2}, out) == (True, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "gateways").exists()

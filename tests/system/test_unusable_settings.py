"""What cannot be used at a start is one sentence and an exit code, never a traceback."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_site import PLAN
from tests.support.whole_site import WholeSite, whole_site

WRONG_USE, CANNOT = 2, 1


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with whole_site(tmp_path, PLAN) as made:
        yield made


def ends(*words: str | Path) -> tuple[int, str]:
    """The exit code of a command, and what it said: one line."""
    done = subprocess.run(
        [sys.executable, "-m", "hubout", *words], check=False, capture_output=True, text=True, timeout=30
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("program", ["gateway", "doorkeeper", "check", "firmware"])
def test_a_site_file_that_is_not_there_is_named(tmp_path: Path, program: str) -> None:
    path = tmp_path / "missing.toml"
    code, said = ends(program, path) if program == "check" else ends(program, "--config", path)
    assert code == WRONG_USE
    assert str(path) in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("program", ["gateway", "doorkeeper"])
def test_a_mistake_in_the_site_file_is_named_by_line(site: WholeSite, program: str) -> None:
    text = site.config.read_text().replace("pulse_ms = 100", "pulse_ms = 5")
    site.config.write_text(text)
    line = text.splitlines().index("pulse_ms = 5") + 1
    code, said = ends(program, "--config", site.config)
    assert code == WRONG_USE
    assert f"site.toml cannot be used: line {line}: error: pulse_ms" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "is not there"), ("00ff", "is not 64 hex digits"), ("no hex at all", "is not 64 hex digits")],
)
def test_a_credential_key_that_cannot_be_used_is_one_sentence(
    site: WholeSite, content: str | None, sentence: str
) -> None:
    key = site.folder / "secrets" / "credential.key"
    if content is None:
        key.unlink()
    else:
        key.write_text(content)
    code, said = ends("gateway", "--config", site.config)
    assert code in {WRONG_USE, CANNOT}
    assert "credential.key" in said
    assert sentence in said
    assert content is None or content not in said


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense"])
def test_a_registry_without_a_usable_database_is_one_sentence(tmp_path: Path, url: str) -> None:
    code, said = ends("registry", "--database", url, "--keys", tmp_path / "keys", "--port", "0")
    assert code == WRONG_USE
    assert len(said.splitlines()) == 1


def test_a_registry_whose_database_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    code, said = ends("registry", "--database", url, "--keys", tmp_path / "keys", "--port", "0")
    assert code == CANNOT
    assert "the database does not answer" in said
    assert len(said.splitlines()) == 1


def test_a_port_that_is_taken_is_one_sentence(site: WholeSite) -> None:
    site.registry.start()
    site.wait_registry()
    words = ["--database", f"sqlite:///{site.folder / 'other.db'}", "--keys", str(site.folder / "other-keys")]
    code, said = ends("registry", *words, "--port", str(site.registry_port))
    assert code == CANNOT
    assert len(said.splitlines()) == 1

"""Secrets, files, addresses: what a site file must be to the machine and network around it."""

from pathlib import Path

import pytest

from devices.sitefile import Severity, SiteFileError, check, read_site_file
from tests.support.sites import SECRETS, edited_site, example_site

HUNTER = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("table", "key", "named_with"),
    [
        ("[broker]", "password", "password_file"),
        ("[broker]", "passwd", "password_file"),
        ("[registry]", "token", "token_file"),
        ("[registry]", "api_token", "token_file"),
        ("[keys]", "key", "credential_key_file"),
        ("[keys]", "credential_key", "credential_key_file"),
        ("[pages]", "code", "code_file"),
        ("[site]", "secret", "owner can read"),
        ("[doors.gpio]", "pin", "owner can read"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(
    tmp_path: Path, table: str, key: str, named_with: str
) -> None:
    path, line = edited_site(tmp_path, table, f'{table}\n{key} = "{HUNTER}"')
    (mistake,) = check(path)
    assert mistake.line == line + 1
    assert "secrets are never written in the site file" in mistake.what
    assert named_with in mistake.instead
    with pytest.raises(SiteFileError) as caught:
        read_site_file(path)
    assert HUNTER not in str(caught.value)


def test_a_secret_above_the_first_table_is_refused_too(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, "[site]", f'token = "{HUNTER}"\n[site]')
    (mistake,) = check(path)
    assert (mistake.line, HUNTER in str(mistake)) == (line, False)
    assert "secrets are never written" in mistake.what


def test_a_misspelt_file_key_is_a_misspelling_and_no_secret(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, "password_file", "pasword_file")
    assert check(path)[0].instead == "write password_file"


@pytest.mark.parametrize("url", [f"https://user:{HUNTER}@registry.it", f"https://registry.it/?token={HUNTER}"])
def test_a_secret_in_the_registrys_address_is_refused_and_never_repeated(tmp_path: Path, url: str) -> None:
    path, line = edited_site(tmp_path, "https://registry.example.it", url)
    (mistake,) = check(path)
    assert (mistake.line, mistake.what, HUNTER in str(mistake)) == (line, "url may hold a secret", False)


@pytest.mark.parametrize("url", ["ftp://registry.it", "registry.it", "https://[::1", "https://registry.it:99999"])
def test_an_address_that_is_none_is_named(tmp_path: Path, url: str) -> None:
    path, line = edited_site(tmp_path, "https://registry.example.it", url)
    (mistake,) = check(path)
    assert (mistake.line, "https://registry.example.it" in mistake.instead) == (line, True)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_file_that_others_can_read_is_named(tmp_path: Path, name: str) -> None:
    path = example_site(tmp_path)
    (tmp_path / "secrets" / name).chmod(0o644)
    (mistake,) = check(path)
    assert "can be read or changed by others" in mistake.what
    assert mistake.instead == f"run chmod o= secrets/{name}"


@pytest.mark.parametrize("name", [name for name in SECRETS if name != "pages-code"])
def test_a_file_that_is_not_there_is_named_at_its_line(tmp_path: Path, name: str) -> None:
    path = example_site(tmp_path)
    (tmp_path / "secrets" / name).unlink()
    (mistake,) = check(path)
    assert "is not there" in mistake.what
    assert name in path.read_text().split("\n")[mistake.line - 1]


def test_a_directory_is_no_secret_file_and_a_file_no_directory(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, "secrets/pages-code", "secrets")
    assert check(path)[0].what == 'code_file "secrets" is no file'
    path, _ = edited_site(tmp_path, "/var/lib/hubout", "secrets/pages-code")
    assert check(path)[0].what == 'directory "secrets/pages-code" is a file'


def test_another_programs_secret_that_cannot_be_looked_at_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The doorkeeper reads the same site file as a user who may not look into the gateway's secrets."""
    path, look = example_site(tmp_path), Path.stat

    def forbidden(self: Path, *, follow_symlinks: bool = True) -> object:
        if self.parent.name == "secrets":
            raise PermissionError(13, "Permission denied", str(self))
        return look(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", forbidden)
    assert check(path) == []


def test_a_certificate_may_be_read_by_everybody(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, "[storage]", 'ca_file = "ca.pem"\n[storage]')
    (tmp_path / "ca.pem").write_text("public")
    (tmp_path / "ca.pem").chmod(0o644)
    assert check(path) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('host = "127.0.0.1"', 'host = "0.0.0.0"', "the pages are open to the network without TLS"),
        ('host = "127.0.0.1"', 'host = "pages.local"', "the pages are open to the network without TLS"),
        ('host = "localhost"', 'host = "10.0.0.2"', "the broker's password crosses the network in the clear"),
        ("https://registry", "http://registry", "the registry's token crosses the network in the clear"),
    ],
)
def test_what_crosses_the_network_in_the_clear_is_a_warning(tmp_path: Path, old: str, new: str, what: str) -> None:
    path, line = edited_site(tmp_path, old, new)
    (mistake,) = check(path)
    assert (mistake.line, mistake.what, mistake.severity) == (line, what, Severity.WARNING)


@pytest.mark.parametrize("host", ["localhost", "::1", "127.3.4.5"])
def test_this_very_machine_is_no_network(tmp_path: Path, host: str) -> None:
    path, _ = edited_site(tmp_path, 'host = "127.0.0.1"', f'host = "{host}"')
    path.write_text(path.read_text().replace("https://registry.example.it", "http://127.0.0.1:8000"))
    assert check(path) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('pins = "lgpio" ', 'pins = "mock" ', "mock pins need a directory to live in"),
        ("/run/hubout-keeper/", f"/run/{'x' * 100}/", "and 107 is the most"),
        ("/var/lib/hubout", f"/var/{'x' * 100}", "the path of the socket feed.sock has 115 bytes, and 107 is the most"),
        ('username = "gateway"\n', "", "there is a password_file and no username"),
        ("home_assistant = false", "home_assistant = true", "home_assistant announces what is not published"),
    ],
)
def test_settings_that_cannot_work_together_are_named(tmp_path: Path, old: str, new: str, what: str) -> None:
    path, line = edited_site(tmp_path, old, new)
    (mistake,) = check(path)
    assert what in mistake.what
    assert mistake.line == line


def test_the_staffs_code_may_be_missing_where_it_can_be_made_at_first_start(tmp_path: Path) -> None:
    path = example_site(tmp_path)
    (tmp_path / "secrets" / "pages-code").unlink()
    assert check(path) == []
    path, line = edited_site(tmp_path, "secrets/pages-code", "nowhere/pages-code")
    assert [(mistake.line, mistake.what) for mistake in check(path)] == [
        (line, 'code_file "nowhere/pages-code" is not there')
    ]

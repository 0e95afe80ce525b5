"""A whole, valid site file on disk: the published example with the secret files that it names."""

from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "deploy" / "site.example.toml"
SECRETS = ("broker-password", "gateway.token", "credential.key", "pages-code")


def example_site(folder: Path) -> Path:
    """Write the example into ``folder`` and give its path; its secrets are there and nobody else's to read."""
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    for name in SECRETS:
        (secrets / name).write_text(f"{name} of a test")
        (secrets / name).chmod(0o600)
    path = folder / "site.toml"
    path.write_text(EXAMPLE.read_text())
    return path


def edited_site(folder: Path, old: str, new: str) -> tuple[Path, int]:
    """The example with ``old`` (found exactly once from its first place on) replaced, and the line that it stood in."""
    path = example_site(folder)
    text = path.read_text()
    start = text.index(old)
    path.write_text(text[:start] + new + text[start + len(old) :])
    return path, text.count("\n", 0, start) + 1

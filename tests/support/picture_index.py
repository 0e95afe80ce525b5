"""The page that leads to every picture: ``python -m tests.support.picture_index`` writes it anew."""

from collections.abc import Iterator

from tests.support.pictures import FOLDER

INDEX = FOLDER / "README.md"
FACES = {"site": "A site's own pages", "centre": "The centre's pages"}
HEAD = """# Pictures of every page

Taken by `scripts/screenshots` with the people and bookings of tests, in Italian, at a wide screen; the main pages at
320 px too.
"""


def written() -> str:
    """The page, by what there is."""
    return "\n".join((HEAD, *(line for face, title in FACES.items() for line in _part(face, title)), *_papers()))


def _papers() -> Iterator[str]:
    yield "## What is printed\n"
    for path in sorted(FOLDER.glob("paper-*.png")):
        yield f"- [{path.stem.removeprefix('paper-').replace('-', ' ')}]({path.name})"
    yield ""


def _part(face: str, title: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| Page | Wide | Narrow |"
    yield "| --- | --- | --- |"
    for path in sorted(FOLDER.glob(f"{face}-*-wide.png")):
        stem = path.name.removesuffix("-wide.png")
        narrow = f"[narrow]({stem}-narrow.png)" if (FOLDER / f"{stem}-narrow.png").exists() else ""
        yield f"| {stem.removeprefix(f'{face}-').replace('-', ' ')} | [wide]({path.name}) | {narrow} |"
    yield ""


if __name__ == "__main__":
    INDEX.write_text(written(), encoding="utf-8")

"""A paper: parts with a title and some sentences, in both languages, as a page shows it and as Markdown."""

from dataclasses import dataclass

from access.retention_words import Said


@dataclass(frozen=True, slots=True)
class Part:
    """Some sentences under a title. ``by`` are the guarantees (docs/guarantees.md) that what is said rests on."""

    title: Said
    said: tuple[Said, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper, by the name that its address and its file have."""

    id: str
    title: Said
    parts: tuple[Part, ...]


def markdown(paper: Paper, language: str) -> str:
    """The paper as it is published among the documentation."""
    lines = [f"# {paper.title(language)}", ""]
    for part in paper.parts:
        lines += [f"## {part.title(language)}", ""]
        lines += [f"- {one(language)}" for one in part.said] if len(part.said) > 1 else [part.said[0](language)]
        lines += [""]
    return "\n".join(lines)

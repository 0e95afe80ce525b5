"""What needs a consent: one table, from which the pages and the published statement are made.

Nothing else does: all that ``access.retention`` names rests on a task in the public interest, a duty or the service's
security, and is not asked about. No door, booking or programme depends on a consent.
"""

from dataclasses import dataclass

from access.retention_words import Said

ADULT, DIGITAL = 18, 14
"""From when one decides oneself: as an adult; for services of the information society (Italian code, art. 2-quinquies).
"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What is asked: its name, from which age one gives it oneself (a guardian before), and its first text."""

    id: str
    name: Said
    own_from: int
    text: Said


NEEDS = (
    Needs(
        "photos",
        Said("photographs and video", "foto e video"),
        ADULT,
        Said(
            "Photographs and video of activities in which I can be recognised may be taken, and published on the pages "
            "and social channels of the two municipalities to tell of the project.",
            "Durante le attività si possono fare foto e video in cui sono riconoscibile, e pubblicarli sui siti e sui "
            "canali social dei due Comuni per raccontare il progetto.",
        ),
    ),
    Needs(
        "news",
        Said("news by e-mail", "notizie per e-mail"),
        DIGITAL,
        Said(
            "I want to receive invitations and news of the spaces by e-mail.",
            "Voglio ricevere per e-mail gli inviti e le notizie degli spazi.",
        ),
    ),
    Needs(
        "companies",
        Said("contact by companies", "contatto delle imprese"),
        ADULT,
        Said(
            "My name and e-mail address may be given to the companies of the project's partners, so that they can "
            "offer me traineeships and work.",
            "Il mio nome e la mia e-mail si possono dare alle imprese dei partner del progetto, perché possano "
            "propormi tirocini e lavoro.",
        ),
    ),
)
OF_ID = {one.id: one for one in NEEDS}


def stated(language: str) -> list[str]:
    """The table as it is published, in Markdown."""
    head = ("consenso", "chi lo dà", "testo, versione 1") if language == "it" else ("consent", "who gives it", "text 1")
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- |"]
    return lines + [
        f"| {one.name(language)} | {_who(one.own_from, language)} | {one.text(language)} |" for one in NEEDS
    ]


def _who(own_from: int, language: str) -> str:
    if language == "it":
        return f"la persona dai {own_from} anni, prima chi la tutela"
    return f"the person from {own_from}, a guardian before"

"""The privacy notices (art. 13), in plain words: one for adults, one for minors. What is kept how long, and what needs
a consent, is taken from the tables that the purge and the pages go by.
"""

from access.retention import KINDS, Kind
from access.retention_words import GROUNDS, WHAT, WHY, Said, how_long
from registry.consents.kinds import NEEDS
from registry.papers.paper import Paper, Part

WHO = Part(
    Said("Who is responsible", "Chi è responsabile"),
    (
        Said(
            "The municipality that runs the space: Cinisello Balsamo or Matera, each for its own. Ask "
            "its staff, or its data "
            "protection officer, whose address is on the municipality's website.",
            "Il Comune che gestisce lo spazio: Cinisello Balsamo o Matera, ciascuno per il suo. Puoi chiedere al "
            "personale, o al responsabile della protezione dei dati, che trovi sul sito del Comune.",
        ),
    ),
)
NEVER = Part(
    Said("What is never kept", "Che cosa non si tiene mai"),
    (
        Said("Fingerprints, faces or other biometric data.", "Impronte digitali, volti o altri dati biometrici."),
        Said(
            "The number of your card: only a hash of it under a key.",
            "Il numero della tessera: solo un'impronta con chiave.",
        ),
        Said(
            "At the sites themselves: codice fiscale, birth date, address. They know your name and what you may do.",
            "Nelle sedi: codice fiscale, data di nascita, indirizzo. Le sedi conoscono il nome e che cosa puoi fare.",
        ),
    ),
    ("P1", "P2", "P3"),
)
RIGHTS = Part(
    Said("What you can do", "Che cosa puoi fare"),
    (
        Said(
            "See all that is kept of you, and take it away, at My data.",
            "Vedere tutto quello che si tiene di te, e scaricarlo, in I miei dati.",
        ),
        Said("See who looked at your history.", "Vedere chi ha guardato la tua storia."),
        Said(
            "Ask to be corrected or erased, on the same page; you are answered within 30 days.",
            "Chiedere di correggere o cancellare, nella stessa pagina; hai una risposta entro 30 giorni.",
        ),
        Said(
            "Object, or ask that something be restricted, to the staff or the data protection officer.",
            "Opporti, o chiedere di limitare un uso, al personale o al responsabile della protezione dei dati.",
        ),
        Said(
            "Complain to the Garante per la protezione dei dati personali.",
            "Fare reclamo al Garante per la protezione dei dati personali.",
        ),
    ),
    ("P5", "P6", "P9"),
)
SHOWN = Part(
    Said("Who sees it", "Chi li vede"),
    (
        Said(
            "Staff of your site, each for what they need.",
            "Il personale della tua sede, ciascuno per ciò che gli serve.",
        ),
        Said(
            "Who coordinates the programmes; the funder sees the attendance registers.",
            "Chi coordina i programmi; chi finanzia vede i registri delle presenze.",
        ),
        Said(
            "Partners and the public see only figures without names.",
            "I partner e il pubblico vedono solo numeri senza nomi.",
        ),
        Said(
            "Nobody sells them, and none leaves the European Union.",
            "Nessuno li vende, e non escono dall'Unione europea.",
        ),
    ),
    ("P6", "P7"),
)


def _kept(kind: Kind) -> Said:
    def line(language: str) -> str:
        what, why, ground = WHAT[kind.id](language), WHY[kind.id](language), GROUNDS[kind.basis](language)
        words = ("To", "Kept:", "Ground:") if language == "en" else ("Serve a", "Si tiene:", "Base:")
        return f"{_capital(what)}. {words[0]} {why}. {words[1]} {how_long(kind, language)}. {words[2]} {ground}."

    return Said(line("en"), line("it"))


def _short(kind: Kind) -> Said:
    def line(language: str) -> str:
        return f"{_capital(WHAT[kind.id](language))}: {how_long(kind, language)}."

    return Said(line("en"), line("it"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_KEPT = Said("What is kept, what for, and for how long", "Che cosa si tiene, a che scopo e per quanto")
_ASKED = Part(
    Said("What you decide", "Che cosa decidi tu"),
    (
        *(one.text for one in NEEDS),
        Said(
            "You can say no, and change your mind whenever you want: doors, bookings and programmes stay the same.",
            "Puoi dire di no, e cambiare idea quando vuoi: porte, prenotazioni e programmi restano uguali.",
        ),
    ),
)
ADULTS = Paper(
    "privacy",
    Said("Privacy notice", "Informativa sulla privacy"),
    (WHO, Part(_KEPT, tuple(_kept(kind) for kind in KINDS), ("P4",)), NEVER, _ASKED, SHOWN, RIGHTS),
)
_IN_SHORT = Part(
    Said("In short", "In breve"),
    (
        Said(
            "When you show your badge, the door notes who came in and when. That is how we know who is "
            "inside if there is an "
            "emergency, and how many hours you attended.",
            "Quando avvicini il badge, la porta segna chi è entrato e quando. Così sappiamo chi c'è "
            "dentro se succede "
            "un'emergenza, e quante ore hai frequentato.",
        ),
        Said(
            "You are under 18: your parent or guardian signs an authorisation, staff are always there, "
            "and others do not see "
            "that you are a minor.",
            "Hai meno di 18 anni: chi ti fa da genitore o tutore firma un'autorizzazione, c'è sempre "
            "del personale, e gli "
            "altri non vedono che sei minorenne.",
        ),
        Said(
            "If you do not understand something, ask the staff: you have the right to an answer.",
            "Se non capisci qualcosa, chiedi al personale: hai diritto a una risposta.",
        ),
    ),
    ("P2",),
)
MINORS = Paper(
    "minors",
    Said("Your data, in plain words (under 18)", "I tuoi dati, con parole semplici (meno di 18 anni)"),
    (
        _IN_SHORT,
        Part(_KEPT, tuple(_short(kind) for kind in KINDS), ("P4",)),
        NEVER,
        _ASKED,
        RIGHTS,
        WHO,
    ),
)

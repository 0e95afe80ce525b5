"""A template of the data protection impact assessment (art. 35): what the system does, and what holds it to that."""

from dataclasses import dataclass

from access.retention import KINDS
from access.retention_words import GROUNDS, WHAT, WHY, how_long


@dataclass(frozen=True, slots=True)
class Risk:
    """What could go wrong for people, what is done against it, by which guarantees."""

    what: str
    measure: str
    by: tuple[str, ...]


RISKS = (
    Risk(
        "I movimenti di una persona sono seguiti o usati contro di lei",
        "Gli accessi si cancellano dopo 30 giorni; ogni sguardo alla storia di una persona lascia "
        "una riga, che la persona vede",
        ("P4", "P6", "P9"),
    ),
    Risk(
        "Un computer di sede è rubato",
        "In sede non ci sono codice fiscale, data di nascita o indirizzo; le tessere sono impronte "
        "con una chiave per sede, in un file a parte; alla sede si danno subito una chiave e una credenziale "
        "nuove, e le tessere che conosceva si sostituiscono",
        ("P2", "P3"),
    ),
    Risk(
        "Un badge perso o rubato apre ancora",
        "Una revoca vale in 5 secondi nelle sedi collegate; in una scollegata il personale blocca subito",
        ("D9",),
    ),
    Risk(
        "Un minore resta solo nella sede",
        "Nessun ingresso senza personale presente e senza autorizzazione in vigore; allarme "
        "all'uscita dell'ultimo o all'ora di chiusura",
        ("P2",),
    ),
    Risk(
        "I numeri pubblicati fanno riconoscere qualcuno",
        "Gli schermi e le cifre pubbliche non hanno nomi; le celle sotto 5 sono soppresse",
        ("P7",),
    ),
    Risk(
        "I dati restano più a lungo del necessario",
        "Una sola tabella decide la conservazione; la cancellazione arriva anche nel file del "
        "database e nel suo registro di scrittura",
        ("P4",),
    ),
    Risk(
        "La cancellazione chiesta non è completa",
        "Si cancella in una sola operazione, in sede alla prossima sincronizzazione; resta uno "
        "pseudonimo solo dove si rendicontano soldi pubblici",
        ("P5",),
    ),
    Risk(
        "Qualcuno altera il registro delle presenze o degli accessi",
        "I registri sono catene di impronte; un solo byte cambiato si trova e si nomina",
        ("S4",),
    ),
    Risk(
        "Una persona resta chiusa fuori o dentro per un guasto",
        "L'uscita non dipende dal software; la decisione non ha bisogno di Internet",
        ("D6", "D11"),
    ),
)
"""The risks for people's rights that were thought of."""
ABOUT = (
    "Controllo degli accessi e presenze in tempo reale per spazi pubblici di lavoro condiviso, per giovani di 16-30 "
    "anni, anche minorenni. Nessun dato biometrico, nessuna decisione solo automatizzata con effetti giuridici: a ogni "
    "rifiuto il personale può rispondere e aprire."
)
PROOF = "Le garanzie sono in [guarantees.md](../guarantees.md), con le prove di ciascuna."
TO_FILL = (
    ("Titolare, responsabile della protezione dei dati", "da completare dal Comune"),
    ("Responsabili del trattamento (art. 28)", "da completare: chi ospita il centro, chi fa manutenzione"),
    ("Parere degli interessati o dei loro rappresentanti", "da completare"),
    ("Parere del responsabile della protezione dei dati", "da completare"),
    ("Probabilità e gravità di ogni rischio, e rischio residuo", "da completare, riga per riga"),
    ("Data e firma", "da completare"),
)


def template() -> str:
    """The paper, in Markdown."""
    lines = ["# Valutazione d'impatto sulla protezione dei dati (modello)", ""]
    lines += ["Ciò che il sistema fa è scritto dal codice stesso; ciò che decide il Comune è da completare.", ""]
    lines += ["## Da completare", "", "| che cosa | |", "| --- | --- |"]
    lines += [f"| {what} | {told} |" for what, told in TO_FILL]
    lines += ["", "## Descrizione del trattamento", ""]
    lines += [ABOUT, "", "| tipo | che cosa | a che scopo | base giuridica | conservazione |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        cells = (kind.id, WHAT[kind.id]("it"), WHY[kind.id]("it"), GROUNDS[kind.basis]("it"), how_long(kind, "it"))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Rischi e misure", "", "| rischio | misura | garanzie | probabilità | gravità |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    lines += [f"| {one.what} | {one.measure} | {', '.join(one.by)} | | |" for one in RISKS]
    return "\n".join(
        [*lines, "", "Le garanzie sono in [guarantees.md](../guarantees.md), con le prove di ciascuna.", ""]
    )

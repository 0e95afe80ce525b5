"""The accessibility statement, with the contents of AGID's form: what was looked at, by whom, and what is missing."""

from access.retention_words import Said
from registry.papers.paper import Paper, Part

STATEMENT = Paper(
    "accessibility",
    Said("Accessibility statement", "Dichiarazione di accessibilità"),
    (
        Part(
            Said("Compliance", "Stato di conformità"),
            (
                Said(
                    "These pages are partially compliant with UNI CEI EN 301549 (WCAG 2.1, levels A and AA).",
                    "Queste pagine sono parzialmente conformi alla norma UNI CEI EN 301549 (WCAG 2.1, livelli A e AA).",
                ),
            ),
        ),
        Part(
            Said("What is not accessible", "Contenuti non accessibili"),
            (
                Said(
                    "Registers and certificates in PDF carry no tags for screen readers: the same data are on "
                    "the pages, and as "
                    "CSV and XLSX.",
                    "I registri e gli attestati in PDF non hanno i tag per le tecnologie assistive: gli stessi "
                    "dati sono "
                    "nelle pagine, e in CSV e XLSX.",
                ),
                Said(
                    "Reasons that a program gives for a refusal are in English, and marked so.",
                    "I motivi di rifiuto dati dal programma sono in inglese, e indicati come tali.",
                ),
            ),
        ),
        Part(
            Said("How this was found", "Redazione della dichiarazione"),
            (
                Said(
                    "By self-assessment: each page, in both languages, is looked at by a program with axe, at "
                    "320 pixels, by "
                    "keyboard and without JavaScript, at every change.",
                    "Autovalutazione: ogni pagina, nelle due lingue, è controllata da un programma con axe, a "
                    "320 pixel, con "
                    "la tastiera e senza JavaScript, a ogni modifica.",
                ),
                Said(
                    "No test with people with disabilities has been made yet.",
                    "Non sono ancora state fatte prove con persone con disabilità.",
                ),
            ),
        ),
        Part(
            Said("Tell us", "Feedback e recapiti"),
            (
                Said(
                    "Tell the municipality that runs your space what you cannot use; it answers within 30 days.",
                    "Segnala al Comune che gestisce il tuo spazio ciò che non riesci a usare; risponde entro 30"
                    " giorni.",
                ),
            ),
        ),
        Part(
            Said("If nobody answers", "Procedura di attuazione"),
            (
                Said(
                    "Write to the Difensore civico per il digitale at AGID.",
                    "Scrivi al Difensore civico per il digitale presso AGID.",
                ),
            ),
        ),
    ),
)

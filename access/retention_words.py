"""The words of the table of what is kept, in English and in Italian: what each kind is, and what for."""

from dataclasses import dataclass

from access.clock import DAY_MS, HOUR_MS
from access.retention import Basis, Kind, Since


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages."""

    en: str
    it: str

    def __call__(self, language: str) -> str:
        """What is said in a language; English, unless it is Italian."""
        return self.it if language == "it" else self.en


WHAT = {
    "access": Said(
        "accesses: who came through which door and when, who was where, who let a visitor in",
        "accessi: chi è passato da quale porta e quando, chi era dove, chi ha fatto entrare un visitatore",
    ),
    "refusal": Said(
        "refusals at a door with their reason, and the daily tag of an unknown card",
        "rifiuti alla porta con il motivo, e la sigla giornaliera di una tessera sconosciuta",
    ),
    "desk": Said(
        "which desk a person had or waited for: in bookings, a waiting list, a walk-in's row of the log, and what a "
        "site is told of bookings",
        "quale postazione aveva o aspettava una persona: nelle prenotazioni, in una lista d'attesa, quando è assegnata "
        "sul momento, e nelle prenotazioni note alla sede",
    ),
    "attendance": Said(
        "attendance: stays, roll calls of visits, stays that contradict each other",
        "presenze: permanenze, appelli delle visite, permanenze che si contraddicono",
    ),
    "register": Said(
        "attendance registers: entries and exits by person, corrections with their author, and the names beside them; "
        "certificates that were issued",
        "registri delle presenze: entrate e uscite per persona, correzioni con il loro autore, e i nomi accanto; "
        "attestati rilasciati",
    ),
    "service": Said(
        "service hours of Digital Angels, for teams and for citizens, and which of them helped at the desk, never whom",
        "ore di servizio dei Digital Angels, per le squadre e per i cittadini, e chi di loro ha aiutato allo sportello "
        "(mai chi è stato aiutato)",
    ),
    "booking": Said("bookings of a person, single and recurring", "prenotazioni di una persona, singole e ricorrenti"),
    "waiting": Said("places in a waiting list", "posti in una lista d'attesa"),
    "person": Said(
        "who a person is and may: name, birth date, codice fiscale, e-mail, badges (never a card's number), roles, "
        "rights, programmes, passes, a guardian's authorisation",
        "chi è una persona e che cosa può fare: nome, data di nascita, codice fiscale, e-mail, badge (mai il numero "
        "della tessera), ruoli, diritti, programmi, lasciapassare, autorizzazione di un tutore",
    ),
    "data-request": Said(
        "what a person asked about their data, and what they were answered",
        "che cosa una persona ha chiesto dei suoi dati, e che cosa le è stato risposto",
    ),
    "consent": Said(
        "consents: to which text, by whom, from when until when",
        "consensi: a quale testo, dati da chi, da quando e fino a quando",
    ),
    "account": Said(
        "accounts: login, name, the hash of a password, a sealed second factor",
        "utenze: nome utente, nome, impronta della password, secondo fattore sigillato",
    ),
    "session": Said(
        "signed-in browsers and links that set a password", "browser collegati e link per impostare una password"
    ),
    "badge-call": Said(
        "calls on a reader to enrol, replace or test a badge",
        "chiamate a un lettore per registrare, sostituire o provare un badge",
    ),
    "token": Said("tokens of the API that ended, with who made them", "token dell'API scaduti, con chi li ha creati"),
    "answer": Said(
        "answers kept so that a repeated request is not done twice",
        "risposte conservate perché una richiesta ripetuta non abbia effetto due volte",
    ),
    "look": Said("who looked at a person's history", "chi ha guardato la storia di una persona"),
    "act": Said("what staff did, by whom and why", "che cosa ha fatto il personale, chi e perché"),
    "damaged-log": Said(
        "a site's log file that was damaged and set aside, with all that could still be read of it",
        "il file danneggiato del registro di una sede, messo da parte, con ciò che se ne può ancora leggere",
    ),
    "failed-sign-in": Said("sign-ins that failed", "accessi all'utenza non riusciti"),
}
"""What each kind of data is."""

WHY = {
    "access": Said(
        "open doors, count who is inside, find people in an emergency",
        "aprire le porte, contare chi è dentro, trovare le persone in un'emergenza",
    ),
    "refusal": Said(
        "answer a person who was refused, and notice attempts to get in",
        "rispondere a chi è stato rifiutato, e notare i tentativi di entrare",
    ),
    "desk": Said(
        "give desks out and free those that nobody uses", "assegnare le postazioni e liberare quelle che nessuno usa"
    ),
    "attendance": Said(
        "account for public money: hours attended by programme",
        "rendicontare il denaro pubblico: ore frequentate per programma",
    ),
    "register": Said("prove to the funder who attended what", "provare a chi finanzia chi ha frequentato che cosa"),
    "service": Said("account for public money: hours given", "rendicontare il denaro pubblico: ore di servizio"),
    "booking": Said(
        "hold a place, keep quotas fair, account for the use of the space",
        "tenere un posto, rispettare le quote, rendicontare l'uso dello spazio",
    ),
    "waiting": Said("offer a place that is freed in turn", "offrire a turno un posto che si libera"),
    "person": Said("let in who may, and protect minors", "fare entrare chi può, e proteggere i minori"),
    "data-request": Said(
        "answer a person who asks for their rights, and show that it was done in time",
        "rispondere a chi esercita i suoi diritti, e mostrare che è stato fatto in tempo",
    ),
    "consent": Said(
        "do what only a consent allows, and show that it was given",
        "fare ciò che solo il consenso permette, e mostrare che è stato dato",
    ),
    "account": Said("sign in to the pages", "accedere alle pagine"),
    "session": Said("stay signed in", "restare collegati"),
    "badge-call": Said("show how a badge came to be", "mostrare come è nato un badge"),
    "token": Said(
        "trace what a program did to who let it", "risalire da ciò che un programma ha fatto a chi l'ha permesso"
    ),
    "answer": Said("do nothing twice", "non fare nulla due volte"),
    "look": Said(
        "let each see who looked, and find looks without a reason",
        "far vedere a ciascuno chi ha guardato, e trovare sguardi senza motivo",
    ),
    "act": Said("answer for what was done", "rispondere di ciò che è stato fatto"),
    "damaged-log": Said(
        "find out what damaged it, and bring over what was not",
        "capire che cosa l'ha danneggiato, e recuperare ciò che non lo è",
    ),
    "failed-sign-in": Said("notice attempts to guess a password", "notare i tentativi di indovinare una password"),
}
"""What each kind of data is for."""

GROUNDS = {
    Basis.TASK: Said(
        "art. 6(1)(e): a task in the public interest (the municipalities' service to young people)",
        "art. 6, par. 1, lett. e): compito di interesse pubblico (il servizio dei Comuni per i giovani)",
    ),
    Basis.DUTY: Said(
        "art. 6(1)(c): the duty to account for public funds",
        "art. 6, par. 1, lett. c): obbligo di rendicontare i fondi pubblici",
    ),
    Basis.SECURITY: Said(
        "art. 6(1)(e) with art. 32: the security of the service and of its data",
        "art. 6, par. 1, lett. e), con l'art. 32: sicurezza del servizio e dei suoi dati",
    ),
    Basis.CONSENT: Said("art. 6(1)(a): consent", "art. 6, par. 1, lett. a): consenso"),
    Basis.LAW: Said(
        "art. 6(1)(c) with art. 12: the duty to answer who asks for their rights",
        "art. 6, par. 1, lett. c), con l'art. 12: obbligo di rispondere a chi esercita i suoi diritti",
    ),
}


def how_long(kind: Kind, language: str) -> str:
    """For how long a kind is kept, in words."""
    time = _time(kind.period_ms)
    match kind.since:
        case Since.HAPPENED:
            said = Said(f"{time.en}", f"{time.it}")
        case Since.ENDED:
            said = Said(f"{time.en} after its end", f"{time.it} dalla fine") if kind.period_ms else _END
        case Since.CLOSED:
            said = Said(
                f"until the funder has closed the accounts of the programme; without one, {time.en} after its end",
                f"fino alla chiusura dei conti del programma da parte di chi lo finanzia; senza programma, {time.it} "
                "dalla fine",
            )
        case Since.NEEDED:
            said = Said(
                "as long as the person may come in or sign in, until they are forgotten",
                "finché la persona può entrare o accedere, fino alla cancellazione",
            )
    return said(language)


_END = Said("until its end", "fino alla fine")


def _time(period_ms: int) -> Said:
    days = period_ms // DAY_MS
    return Said(f"{days} days", f"{days} giorni") if days > 1 else Said(*_hours(period_ms // HOUR_MS))


def _hours(hours: int) -> tuple[str, str]:
    return f"{hours} hours", f"{hours} ore"

"""Days at a site by chance: lines for the transcript player, biased until what matters happens often.

A day is drawn from one seed, so that each event is as likely as this file says; the seed is what a failure names.
"""

from random import Random

from hypothesis import strategies as st

READERS = (
    "in",
    "in",
    "in",
    "out",
    "gate-in",
    "gate-out",
    "store-in",
    "free-in",
    "free-out",
    "side-in",
    "side-out",
    "wall",
)
CARDS = ("anna", "anna", "anna-two", "bruno", "carla", "sara", "sara", "orphan", "stranger")
HOW = (
    "",
    "",
    "",
    "",
    "old=4000",
    "old=6000",
    "unheard",
    "seq=1",
    "seq=2",
    "seq=5",
    "seq=400",
    "boot=b2",
    "retained",
    "retained",
)
DOORS = ("front", "front", "gate", "store", "side")
SENSORS = ("s1", "s2", "s3")
LATER_MS = (0, 0, 0, 100, 1_000, 1_000, 1_500, 3_000, 9_000, 61_000, 400_000)


LEVELS = ("yes", "no", "unknown")
TAP = ("tap", READERS, CARDS, HOW)
SINGLE: tuple[tuple[str | tuple[str, ...], ...], ...] = (
    TAP,
    TAP,
    TAP,
    TAP,
    ("door", DOORS, ("opens", "opens", "closes")),
    ("contact", ("lock", "button", "reed"), ("open", "shut"), HOW),
    ("rex", DOORS),
    ("exit-request", ("button", "lock", "in"), ("", "unheard", "seq=3")),
    ("presence", SENSORS, LEVELS, HOW),
    ("presence", SENSORS, LEVELS, HOW),
    ("heartbeat", ("s1", "s3", "lock", "in"), ("present", "open"), LEVELS, ("", "last=0", "last=1", "battery=9")),
    ("status", ("in", "s1", "lock"), ("online", "offline"), ("", "conn=2", "conn=3", "boot=b2"), ("", "battery=9")),
    ("link", ("side-in", "s2", "reed"), ("online", "offline")),
    ("battery", ("s2", "wall"), ("90", "9")),
    ("count counter", ("1", "2"), ("0", "3")),
    ("refused", ("bad-json", "too-large"), ("", "in", "in seq=2", "s3 seq=4")),
    ("keeper", ("k1", "k2"), ("", "front=open", "front=shut gate=open", "fire")),
    (("keeper-lost", "fire on", "fire off", "lockdown on", "lockdown off", "subscribed makers", "subscribed native"),),
    (("lockdown off", "keeper k1", "keeper k1"),),
    ("open", (*DOORS, "free", "nowhere")),
    ("line", ("front", "gate"), ("released", "secured"), ("lease", "rest")),
    ("lease-refused", DOORS, "late", ("grant=1-3", "grant=1-4", "grant=1-7", "grant=1-12")),
    ("replica", ("1", "2", "3")),
    ("tick",),
)
"""One event each: of every tuple one word."""

STORIES = (
    ("tap in {who}", "+500 door front opens", "+2000 door front closes"),
    ("tap in anna", "+1000 tap in bruno", "+500 door front opens"),
    ("heartbeat lock open no", "tap store-in sara", "+1000 contact lock open", "+500 contact lock shut"),
    ("tap out {who}", "+500 door front opens", "+2000 door front closes"),
    ("presence s3 yes", "+1000 presence s3 no"),
    ("presence s1 yes", "presence s1 no seq=7", "presence s1 yes seq=6"),
    ("tap free-in {who}", "+1500 tap free-in {who}"),
    ("open gate", "+500 door gate opens", "+31000 tick"),
    ("tap in carla seq=3", "+61000 tick"),
    ("tap store-in {who}", "+1000 tick"),
    ("+5000 tap side-in {who}", "+400 lease-refused side late grant=1-8"),
    ("+32400000 tick", "+32400000 tick"),
)
"""What happens at doors and desks in a row, and nights."""


def _single(chance: Random) -> list[str]:
    drawn = [word if isinstance(word, str) else chance.choice(word) for word in chance.choice(SINGLE)]
    return [f"+{chance.choice(LATER_MS)} {' '.join(drawn)}"]


def _story(chance: Random) -> list[str]:
    who = chance.choice(("anna", "bruno", "sara"))
    return [line.format(who=who) for line in chance.choice(STORIES)]


def day(seed: int, most: int) -> list[str]:
    """What happens at a site, a line each with its time. Single events, and short stories between them; makers' topics
    are subscribed first.
    """
    chance = Random(seed)
    said = ["subscribed makers", "+3500 tick"]
    for _ in range(chance.randrange(5, most // 2)):
        said += _single(chance) if chance.random() < 0.7 else _story(chance)
    return said


def lines(most: int = 40) -> st.SearchStrategy[list[str]]:
    """Such days."""
    return st.integers(0, 2**32).map(lambda seed: day(seed, most))

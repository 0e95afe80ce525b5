"""The report of a simulation: the sum of its runs, what broke with its seed, and what was never put to the test."""

from hubout.simulate.report import ENOUGH_SEEDS, Report, closing, line
from hubout.simulate.run import GUARANTEES, Outcome

SOUND = Outcome(1, 1, "aa", 10, (), dict.fromkeys(GUARANTEES, 2), {"comes": 3})
BROKEN = Outcome(2, 1, "bb", 5, ("D1 at 7: opened too early",), {"D1": 1}, {"comes": 1})


def report_of(*outcomes: Outcome) -> Report:
    report = Report()
    for outcome in outcomes:
        report.take(outcome)
    return report


def test_it_sums_up_the_runs() -> None:
    told = report_of(SOUND, SOUND).as_json(2.0)
    assert (told["seeds"], told["events"], told["failures"]) == (2, 20, [])
    assert told["site_days_per_s"] == 2.0
    assert told["reached"]["D1"] == 4
    assert told["happened"] == {"comes": 6}


def test_what_broke_is_told_with_its_seed() -> None:
    told = report_of(SOUND, BROKEN).as_json(1.0)
    assert told["failures"] == [{"seed": 2, "broken": ["D1 at 7: opened too early"]}]
    assert "broken in seed 2: D1 at 7: opened too early" in closing(told)
    assert line(BROKEN) == "seed 2: bb 5 events, 1 broken"


def test_its_digest_is_of_all_runs_in_their_order() -> None:
    one, other = report_of(SOUND, BROKEN).as_json(1.0), report_of(BROKEN, SOUND).as_json(1.0)
    assert one["digest"] != other["digest"]


def test_what_was_never_put_to_the_test_is_a_failure_over_enough_runs() -> None:
    few, many = report_of(*[BROKEN] * (ENOUGH_SEEDS - 1)), report_of(*[BROKEN] * ENOUGH_SEEDS)
    assert few.missed() == ()
    assert set(many.missed()) == set(GUARANTEES) - {"D1"}
    assert many.as_json(1.0)["failures"][-1]["seed"] is None
    assert report_of(*[SOUND] * ENOUGH_SEEDS).missed() == ()

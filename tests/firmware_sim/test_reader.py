"""A reader: one tap a card, and the light that answers it."""

from devices.wire_messages import Feedback, Tap, TapRef
from firmware_sim.happenings import CardShown, CardTaken, PowerCut, PowerOn, SeatTaken
from firmware_sim.reader import Reader
from tests.support.firmware_bench import BOOT, BOOT_2, Bench, lines, on_bench, said

ANNA, BRUNO = CardShown("04A1B2C3D4E580"), CardShown("04FFEEDDCCBB80")


def taps(bench: Bench) -> list[str]:
    return [message.uid for message in said(bench.done, "tap") if isinstance(message, Tap)]


def answer(bench: Bench, seq: int, signal: str, message: str | None = None, boot: str = BOOT) -> list[str]:
    return lines(bench.told(Feedback(TapRef(boot, seq), signal, message)))  # type: ignore[arg-type]


def test_a_card_is_one_tap_and_the_answer_is_shown_and_ends() -> None:
    bench = on_bench(Reader())
    assert lines(bench.do(ANNA)) == ["show asking 04A1B2C3D4E580", "tap seq=1 uid=04A1B2C3D4E580"]
    bench.ack_all()
    bench.pass_ms(80)
    assert answer(bench, 1, "granted", "Benvenuta") == ["show granted 04A1B2C3D4E580 Benvenuta"]
    assert lines(bench.pass_ms(1_999)) == []
    assert lines(bench.pass_ms(1)) == ["show idle"]


def test_a_card_that_stays_is_one_tap_however_often_it_is_read() -> None:
    bench = on_bench(Reader())
    for _ in range(40):
        bench.do(ANNA)
        bench.pass_ms(100)
    assert taps(bench)[0] == ANNA.uid
    assert len({m.seq for m in said(bench.done, "tap") if isinstance(m, Tap)}) == 1


def test_a_flicker_of_the_antenna_is_no_second_tap_and_a_real_return_is() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA, CardTaken())
    bench.pass_ms(799)
    assert bench.do(ANNA) == []
    bench.do(CardTaken())
    bench.pass_ms(800)
    assert lines(bench.do(ANNA))[1] == "tap seq=2 uid=04A1B2C3D4E580"


def test_the_next_person_need_not_wait() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA, CardTaken(), BRUNO)
    assert taps(bench) == [ANNA.uid, BRUNO.uid]


def test_an_answer_to_an_earlier_tap_is_not_shown_to_the_next_person() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA, CardTaken(), BRUNO)
    assert answer(bench, 1, "granted") == ["refused answer-to-another-tap"]
    assert answer(bench, 2, "denied") == ["show denied 04FFEEDDCCBB80"]


def test_an_answer_of_another_boot_is_not_shown() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA)
    assert answer(bench, 1, "granted", boot=BOOT_2) == ["refused answer-to-another-tap"]


def test_an_answer_after_the_question_was_given_up_is_not_shown() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA)
    assert "show wait 04A1B2C3D4E580" in lines(bench.pass_ms(3_000))
    assert lines(bench.pass_ms(2_000))[-1] == "show idle"
    assert answer(bench, 1, "granted") == ["refused answer-to-another-tap"]


def test_a_retained_answer_is_not_shown() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA)
    assert lines(bench.told(Feedback(TapRef(BOOT, 1), "granted"), retained=True)) == ["refused retained"]


def test_a_code_is_sent_with_its_card() -> None:
    bench = on_bench(Reader())
    (tap,) = said(bench.do(CardShown("04A1B2C3", pin="4711")), "tap")
    assert isinstance(tap, Tap)
    assert tap.pin == "4711"


def test_a_power_cut_forgets_the_question() -> None:
    bench = on_bench(Reader())
    bench.do(ANNA)
    assert lines(bench.do(PowerCut())) == ["show idle", "cut"]
    assert bench.pass_ms(10_000) == []
    bench.do(PowerOn(BOOT_2))
    assert answer(bench, 1, "granted") == ["refused answer-to-another-tap"]


def test_a_reader_minds_no_seats() -> None:
    assert on_bench(Reader()).do(SeatTaken()) == []

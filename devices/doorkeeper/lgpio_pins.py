"""The Pi's own pins, through gpiozero's lgpio, without a blip.

gpiozero claims an lgpio pin as an input first, then as an output that is low, and only then sets its level: a line kept
high by the kernel over a restart would blip low each time (guarantee D5). Here a pin is claimed once, as what it is
to be, and an output at its level from the first moment. Closing an output leaves it as it is: the kernel keeps its
level, or with ``dtparam=strict_gpiod`` lets the pull-down take it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import lgpio
from gpiozero.exc import PinInvalidState
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin


@contextmanager
def _as_gpiozero(doing: str) -> Iterator[None]:
    """Lgpio's own error as one of gpiozero's, which callers know."""
    try:
        yield
    except lgpio.error as error:
        raise PinInvalidState(f"{doing}: {error}") from error


class SteadyPin(LGPIOPin):  # type: ignore[misc]  # gpiozero is not annotated
    """An lgpio pin that is claimed only as what it is asked to be, and let go without being moved.

    Its errors are all gpiozero's PinInvalidState.
    """

    def __init__(self, factory: "SteadyFactory", info: object) -> None:
        LocalPiPin.__init__(self, factory, info)
        self._pwm = None
        self._bounce = None
        self._callback = None
        self._edges = lgpio.BOTH_EDGES

    def output_with_state(self, state: object) -> None:
        """Claim the line as an output that is at this level from its first moment."""
        with _as_gpiozero(f"{self!r} cannot be claimed for output"):
            lgpio.gpio_claim_output(self.factory.handle, self._number, int(bool(state)))

    def _set_state(self, value: object) -> None:
        with _as_gpiozero(f"{self!r} cannot be set"):
            lgpio.gpio_write(self.factory.handle, self._number, int(bool(value)))

    def _get_state(self) -> object:
        with _as_gpiozero(f"{self!r} cannot be read"):
            return super()._get_state()

    def _set_function(self, value: str) -> None:
        with _as_gpiozero(f"{self!r} cannot be claimed for {value}"):
            super()._set_function(value)

    def _set_pull(self, value: str) -> None:
        with _as_gpiozero(f"{self!r} cannot be pulled {value}"):
            super()._set_pull(value)

    def _enable_event_detect(self) -> None:
        with _as_gpiozero(f"{self!r} cannot be watched"):
            super()._enable_event_detect()

    def close(self) -> None:
        """Stop watching an input; leave an output at its level."""
        self.when_changed = None


class SteadyFactory(LGPIOFactory):  # type: ignore[misc]  # gpiozero is not annotated
    """Makes steady pins on the Pi's main chip."""

    def __init__(self) -> None:
        with _as_gpiozero("the GPIO chip cannot be opened"):
            super().__init__()
        self.pin_class = SteadyPin

    @property
    def handle(self) -> object:
        """The open chip, as lgpio names it."""
        return self._handle

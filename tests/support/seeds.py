"""A check of one seed as a test of many: each tried once, evenly, and a failure names its seed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def _named(seed: int) -> Iterator[None]:
    """Let whatever fails meanwhile say at which seed it did."""
    with ExitStack() as stack:
        stack.push(lambda _kind, error, _trace: error is not None and error.add_note(f"at seed {seed}"))
        yield


def over(seeds: Iterable[int]) -> Callable[[Callable[[int], None]], Callable[[], None]]:
    """A test that checks every one of these seeds."""

    def made(check: Callable[[int], None]) -> Callable[[], None]:
        def test() -> None:
            for seed in seeds:
                with _named(seed):
                    check(seed)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return made

"""A check of one seed as a test of many: each tried once, evenly, and a failure names its seed."""

from collections.abc import Callable, Iterable


def over(seeds: Iterable[int]) -> Callable[[Callable[[int], None]], Callable[[], None]]:
    """A test that checks every one of these seeds."""

    def made(check: Callable[[int], None]) -> Callable[[], None]:
        def test() -> None:
            for seed in seeds:
                try:
                    check(seed)
                except Exception as error:
                    error.add_note(f"at seed {seed}")
                    raise

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return made

"""``python -m hubout`` is the ``hubout`` command."""

from hubout.cli import main

main()

"""Measurements of the real programs, each beside its floor in the same run; ``hubout bench`` runs them all.

``run`` is the composition root; ``taps``, ``ingest``, ``judging`` and ``starting`` each measure one thing; ``echo``,
``counter`` and ``publisher`` are processes of their own, the first two being the floors. docs/bench.md explains.
"""

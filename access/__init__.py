"""The language of doors: pure values and functions, no I/O, no clock, no threads, no randomness."""

"""Recurring times: a rule, its occurrences, and the wall-clock that they are told by."""

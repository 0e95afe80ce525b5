"""Letting go of what is known of people once its time is over, by the one table of ``access.retention`` (P4)."""

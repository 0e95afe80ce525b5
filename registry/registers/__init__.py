"""Attendance registers: read from the logs, corrected, closed by two, sealed, and given out as files."""

"""Calendars: read from whatever bytes, and written for others to subscribe to."""

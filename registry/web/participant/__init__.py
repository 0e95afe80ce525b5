"""The participant's pages, all that is under ``/me``."""

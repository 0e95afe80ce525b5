"""Badges, and giving, testing and replacing them at a reader."""

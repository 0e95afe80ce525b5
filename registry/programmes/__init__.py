"""Programmes, their cohorts, teams and modules, and their sessions."""

"""Programmes, modules, cohorts, teams, sessions."""

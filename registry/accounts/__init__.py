"""Accounts, their sessions and second steps, tokens, and identity providers."""

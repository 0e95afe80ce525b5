"""The broker's connection, and its messages as events of the core."""

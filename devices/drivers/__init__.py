"""Makers' drivers: one module a maker, each from (topic, payload) to our readings."""

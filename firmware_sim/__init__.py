"""Readers, desk sensors, people counters and door controllers as firmware behaves, as pure steps and live."""

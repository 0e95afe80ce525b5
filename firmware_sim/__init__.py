"""Readers and sensors as firmware behaves."""

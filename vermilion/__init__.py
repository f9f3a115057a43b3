"""Vermilion: one room for everybody, each reading in their own language."""

__version__ = "0.1.0"

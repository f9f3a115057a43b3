"""Vermilion: one room for everybody, each reading in their own language."""

"""The same words in another language."""

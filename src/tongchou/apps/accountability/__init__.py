"""Months that close, and the sealed bulletins of units made of their counts."""

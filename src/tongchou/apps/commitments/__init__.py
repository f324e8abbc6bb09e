"""Commitments of villages, townships and counties to their families, and what became of each."""

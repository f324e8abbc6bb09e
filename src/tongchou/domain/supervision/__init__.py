"""Supervision of units by the level above: samples of their records, findings, and whether these were mended.

What is looked at is records of work and institutions; never a family, a patient or a birth.
"""

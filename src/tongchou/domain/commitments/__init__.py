"""Commitments of those who govern: what a unit promises its families, and what became of each promise.

A unit is a village, a township, a county or a department of one; never a family. Families promise nothing
here that could be counted against them: what they take part in is ``participation``, voluntary and revocable.
"""

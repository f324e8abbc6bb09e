"""Is it the same person? Candidates by blocking, comparison field by field, a score with its reasons.

Nothing here decides: it says how strong the agreement is and why, and people decide about pairs.
"""

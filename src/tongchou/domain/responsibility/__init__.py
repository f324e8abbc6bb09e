"""Targets broken down from a level to the next, responsibility agreements, and hand-overs of posts."""

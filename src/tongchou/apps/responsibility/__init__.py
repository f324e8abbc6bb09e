"""Targets of units, responsibility agreements between a unit and the level above, hand-overs of posts."""

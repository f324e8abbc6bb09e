"""Complaints, enquiries and appeals against units: what may be complained of, to whom it goes, by which day.

Units alone are complained of, never families. Whoever answers stands above the unit; what comes of it is
answered to whoever complained, and where the unit was wrong, stands in public until it is mended.
"""

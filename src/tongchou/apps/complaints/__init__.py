"""Complaints, enquiries and appeals against units, and what stands in public until it is mended."""

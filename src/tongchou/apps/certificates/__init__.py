"""Certificates that approved cases give: issued, printed, replaced, revoked; checked without a network."""

"""Rows of other departments' lists beside the registry, and what they record."""

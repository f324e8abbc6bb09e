"""Supervision of units by the level above: draws, inspections, findings, and whether these were mended."""

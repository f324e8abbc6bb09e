"""The pages of population statistics: counts of areas, never people."""

"""Programmes of national law: one folder each, with formula, dated parameters and cases."""

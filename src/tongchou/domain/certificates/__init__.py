"""Certificates that are checked without a network: their numbers, what they say, whether they still hold."""

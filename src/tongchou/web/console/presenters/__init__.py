"""What templates are given: plain values, already in words."""

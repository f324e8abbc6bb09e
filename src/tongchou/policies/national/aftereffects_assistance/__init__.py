"""手术并发症扶助: assistance for after-effects of an operation."""

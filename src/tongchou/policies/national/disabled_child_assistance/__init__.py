"""特别扶助（伤残）: assistance for parents whose only child is disabled."""

"""特别扶助（失独）: assistance for parents whose only child has died."""

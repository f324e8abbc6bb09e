"""Lists for national and provincial systems, and what came back: staged, shown, decided."""

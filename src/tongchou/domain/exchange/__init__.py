"""Lists for national and provincial systems, and what those systems answer: templates as data."""

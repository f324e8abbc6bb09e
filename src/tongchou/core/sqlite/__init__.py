"""SQLite as Django's own backend speaks it, but for how a writer waits for the one before it."""

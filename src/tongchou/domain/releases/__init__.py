"""Public tables: what one is, how it is protected, what it gives away beside the others, how it is written.

Nothing here reads a database or a clock. Counts of villages come in; a table that points at nobody goes out.
"""

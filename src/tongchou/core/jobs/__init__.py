"""Work that outlives a page: one table, a lease, a heartbeat. Other code enters by ``core.jobs.api``."""

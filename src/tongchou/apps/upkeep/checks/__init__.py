"""Whether an installation is in order: one small function a question."""

"""Access tokens for programs: made by a person, bound to the person's roles of today."""

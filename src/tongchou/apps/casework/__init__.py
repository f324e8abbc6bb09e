"""Cases: how an application becomes a decision, each stage by somebody else, within days that are counted."""

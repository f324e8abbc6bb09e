"""Public tables of an installation: computed, checked, sealed by a second person, published."""

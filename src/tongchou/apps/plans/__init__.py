"""Plans of governments: joint meetings, the tasks they give to units, and how far each unit is."""

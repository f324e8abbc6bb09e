"""Plans of governments: tasks of meetings, the stages of a plan, agendas. Units and posts, never families."""

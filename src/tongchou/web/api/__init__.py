"""The API for programs: the same actions, queries and areas as the pages, by token."""

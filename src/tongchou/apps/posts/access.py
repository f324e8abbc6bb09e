"""Who keeps the list of posts: the level above a unit, or the county for its own departments."""

from __future__ import annotations

from typing import Final

#: Everybody who works with units sees who answers for them.
VIEW: Final = "posts.view"
KEEP: Final = "posts.keep"

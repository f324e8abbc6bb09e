"""Units and who answers for them: departments, posts and their holders by dated tenure."""

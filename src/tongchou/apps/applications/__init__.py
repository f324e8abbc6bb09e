"""Applications residents send themselves: received, followed by a code, begun as cases by the township."""

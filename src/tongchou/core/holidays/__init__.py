"""The holidays of coming years as an administrator enters them, and what is counted anew with them."""

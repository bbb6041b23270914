"""Parts every page is made of; they know nothing of what is shown."""

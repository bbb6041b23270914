"""Another loan: what it would change, and what it would take."""

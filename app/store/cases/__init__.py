"""Files and what happened to them, as the store keeps it."""

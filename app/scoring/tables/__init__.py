"""The raw tables: found, read, checked, and their faults in words."""

"""From the raw tables to one row a client."""

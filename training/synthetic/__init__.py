"""Clients that never lived: a statistical profile of real tables, and the tables drawn from it."""

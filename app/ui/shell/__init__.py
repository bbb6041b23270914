"""What stands around every page: the bar, sign-in, roles, the record of accesses."""

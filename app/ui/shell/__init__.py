"""What stands around every page: masthead, menu, sign-in, roles, the record of accesses."""

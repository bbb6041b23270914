"""The customer's wing: the letter, by a signed link."""

"""Checks that `verify` makes of a record whose predictions came out the same, one file a check."""

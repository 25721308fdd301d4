"""What `verify` demands of a record whose predictions came out the same, one file a check."""

"""Frozen values, errors that a user can mend, the registry of kinds and the content-addressed store."""

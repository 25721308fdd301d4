"""Kinds of protocols, one file each; `base` says what every protocol must be."""

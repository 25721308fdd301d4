"""Kinds of protocols, one file each; `base` defines what a protocol must offer."""

"""Systems put to use: fitted, saved, explained, and proposing labels."""

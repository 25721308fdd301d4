"""Labels to and from the tools that people label in, one file a tool; `base` says what goes out and comes back."""

"""Back ends that turn a text into a vector, one file each; `base` says what every back end must be."""

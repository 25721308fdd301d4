"""The labelling tools that are known, one file a tool."""

"""Fitted objects as plain values and arrays, and back: only listed classes are ever made from a file.

A file names an object by a word of the table in `words`, never by a module: what is not in the table cannot be made,
and a value is data (numbers, strings, lists, arrays), never code. A plug-in's own classifier or features are not in the
table: they are built from the settings by whoever reads, and the file gives them their fitted values alone.
"""

from bench.deployment.serialization.allowed import Arrays, DamagedStateError
from bench.deployment.serialization.decoding import load
from bench.deployment.serialization.encoding import dump

__all__ = ["Arrays", "DamagedStateError", "dump", "load"]

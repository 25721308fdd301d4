"""Normalises texts to Unicode's form NFKC, in one version of Unicode under every Python."""

from __future__ import annotations

import re
import unicodedata

UNICODE = "14.0.0"
"""The version of Unicode that texts are normalised by: that of Python 3.11, whichever Python runs."""

_LATER = re.compile(
    "([\u0897\U000105d2\U000105da\U00010d69-\U00010d6d\U00010efd-\U00010eff\U00011382\U00011384\U0001138b\U00011390"
    "\U000113b8\U000113bb\U000113c2\U000113c9\U000113ce-\U000113d0\U00011f41\U00011f42\U0001611e-\U00016120\U00016129"
    "\U0001612f\U00016d63\U00016d67\U0001ccd6-\U0001ccf9\U0001e030-\U0001e06d\U0001e08f\U0001e4ec-\U0001e4ef\U0001e5ee"
    "\U0001e5ef]+)"
)
"""Characters new in Unicode 15 to 16 (Python 3.12 to 3.14) that normalisation would change; no others ever change."""


def normalized(text: str) -> str:
    """NFKC of `UNICODE`, for which later characters are unassigned: they stay, and nothing composes across them."""
    parts = _LATER.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts)

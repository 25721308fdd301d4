"""The topics of the corpus, and what each means in one line; `seeds/GUIDELINE.md` is the whole of it."""

from __future__ import annotations

NONE = "none"

TOPICS: dict[str, str] = {
    "assessment": "how officials, bodies or work are judged",
    "grassroots-events": "what a local unit or community did on the ground",
    "reform": "changes to institutions: structure, posts, staffing, pay",
    "supervision": "keeping officials within bounds",
}
"""Topic to its meaning, in the order of class labels."""

LABELS: tuple[str, ...] = tuple(sorted([*TOPICS, NONE]))
"""Every label that an annotator may give."""

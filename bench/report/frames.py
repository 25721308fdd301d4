"""Tables with named columns for further computing: as a pandas frame, an Arrow table, or anything that reads Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError
from bench.report.notebook_html import framed, grid

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns of equal length, by name. index: how many of the first columns identify a row.

    Any library that reads Arrow takes it as it is: `polars.DataFrame(frame)`, `pyarrow.table(frame)`, duckdb.
    """

    columns: Mapping[str, Sequence[Any]]
    index: int = 1

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = list(self.columns)
        for cells in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, cells, strict=True))

    def to_frame(self) -> pd.DataFrame:
        """As a pandas frame, a row a row, numbered from 0. Raises BenchError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError:
            raise BenchError("pandas is not installed: pip install pandas, or take to_arrow()") from None
        # An empty column has no type of its own that a reader could mean.
        return pd.DataFrame({name: list(cells) for name, cells in self.columns.items()})

    def to_arrow(self) -> pa.Table:
        """As an Arrow table."""
        import pyarrow as pa

        return pa.table({name: pa.array(list(cells)) for name, cells in self.columns.items()})

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"Frame of {len(self)} rows: {', '.join(self.columns)}; to_frame() and to_arrow() give them"

    def _repr_html_(self) -> str:
        """The first rows, for a notebook."""
        shown = [list(row.values()) for _, row in zip(range(_MOST_SHOWN), self, strict=False)]
        more = f"<p>{_MOST_SHOWN} of {len(self):,} rows</p>" if len(self) > _MOST_SHOWN else ""
        return framed(f'<div class="scroll">{grid(list(self.columns), shown)}</div>{more}')

"""The one table of numbers: tidy rows of one schema, checked on writing and on reading.

A row is one value of one score. Columns that do not apply are null: a learning curve has an epoch and no sample, a
score of a forecast has a sample (a structure) and a step (a frame) and no epoch. Ground truth is the model "truth".
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from graincast.base.errors import GraincastError
from graincast.base.storage import written

SCHEMA = pa.schema(
    [
        pa.field("study", pa.string(), nullable=False),  # what runs it; "material" for what studies share
        pa.field("model", pa.string(), nullable=False),
        pa.field("dataset", pa.string(), nullable=False),  # what the model was trained on
        pa.field("seed", pa.int32()),
        pa.field("case", pa.string(), nullable=False),  # what the value was measured on
        pa.field("sample", pa.int32()),  # its number within the case: a structure, a micrograph, a volume
        pa.field("step", pa.int32()),  # a frame, a pass, a slice
        pa.field("epoch", pa.int32()),
        pa.field("score", pa.string(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)
Row = Mapping[str, Any]

if TYPE_CHECKING:
    import pandas as pd


def write(path: Path, study: str, rows: Sequence[Row]) -> None:
    """Write rows of a study as Parquet, in the given order; a row of another shape is an error."""
    unknown = {key for row in rows for key in row} - set(SCHEMA.names)
    if unknown:
        raise GraincastError(f"{path}: rows have unknown columns {sorted(unknown)}, expected {SCHEMA.names}")
    _write(path, lambda: _table([{"study": study, **row} for row in rows]))


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as one list of records: `Table.from_pylist` would import pandas, half a second of each job."""
    records = pa.scalar(rows, type=pa.list_(pa.struct([field.with_nullable(True) for field in SCHEMA]))).values
    return pa.Table.from_arrays(records.flatten(), schema=SCHEMA)


def write_frame(path: Path, frame: "pd.DataFrame") -> None:
    """Write a data frame of the schema's columns as Parquet."""
    _write(path, lambda: pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False).replace_schema_metadata())


def _write(path: Path, convert: Callable[[], pa.Table]) -> None:
    try:
        table = convert()
        table.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, KeyError) as error:
        raise GraincastError(f"{path}: rows do not fit the schema: {error}") from error
    empty = [field.name for field in SCHEMA if not field.nullable and table[field.name].null_count]
    if empty:
        raise GraincastError(f"{path}: column '{empty[0]}' has empty values, expected none")
    with written(path) as partial:
        pq.write_table(table, partial, compression="zstd", write_page_checksum=True)


def read(path: Path) -> "pd.DataFrame":
    """The rows of a Parquet file that has exactly the schema."""
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (pa.ArrowInvalid, OSError) as error:
        reason = " ".join(str(error).split())
        raise GraincastError(f"{path}: is not a readable Parquet file ({reason}): delete it and run again") from error
    if not table.schema.equals(SCHEMA):
        found = ", ".join(f"{field.name}: {field.type}" for field in table.schema)
        wanted = ", ".join(f"{field.name}: {field.type}" for field in SCHEMA)
        raise GraincastError(f"{path}: has the columns [{found}], expected [{wanted}]: delete it and run again")
    frame: pd.DataFrame = table.to_pandas()
    return frame


def read_all(paths: Sequence[Path]) -> "pd.DataFrame":
    """The rows of several files, one after the other in the order of their paths."""
    import pandas as pd  # a job that only writes is half a second faster without

    return pd.concat([read(path) for path in sorted(paths)], ignore_index=True)

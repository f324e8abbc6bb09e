"""A released table as files others read: CSV, Parquet, JSON-stat, SDMX-CSV; and back again.

Sources: RFC 4180 (CSV); JSON-stat 2.0 (json-stat.org/full); SDMX-CSV 2.0 field guide (SDMX technical working
group), code lists CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2. All of them hold the same rows, so the hash of
any of them can be checked.
"""

from __future__ import annotations

import io
import itertools
import json
from typing import Any, Final

from tongchou.domain.releases.table import (
    CLOSED,
    CONCEPTS,
    MISSING,
    NORMAL,
    About,
    Observation,
    Table,
    UnreadableError,
    _text,
    of_rows,
    read,
)

#: Endings of the files and their media types.
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "sdmx.csv": "application/vnd.sdmx.data+csv; version=2.0.0",
}
#: Longest file that is read back.
MOST: Final = 50_000_000
_KEY: Final = "tongchou"


def as_csv(table: Table) -> bytes:
    """For spreadsheets: UTF-8 with its mark in front, a row of heads, lines that end as Windows ends them."""
    return b"\xef\xbb\xbf" + _text([table.heads, *table.rows()], "\r\n").encode()


def as_sdmx(table: Table, *, agency: str, version: int) -> bytes:
    """SDMX-CSV 2.0: one row an observation of the dataflow ``agency:CODE(version.0)``.

    A first version informs (``I``), a restatement replaces (``R``). Every closed cell has the same status:
    whether it was small itself is not said.
    """
    flow = f"{agency}:{table.code.upper()}({version}.0)"
    concepts = [CONCEPTS[name] for name in table.dimensions]
    span = ["LOWER", "UPPER"] if table.spans else []
    heads = ["STRUCTURE", "STRUCTURE_ID", "ACTION", "REF_AREA", *concepts, "TIME_PERIOD", "OBS_VALUE", *span]
    heads += ["OBS_STATUS", "CONF_STATUS", "REF_AREA_NAME"]
    action = "I" if version == 1 else "R"
    rows = []
    for cell, one in table.cells.items():
        spans = [one.lower, one.upper] if table.spans else []
        secret = "C" if one.status == CLOSED else "F"
        values = (one.value, *spans, one.status, secret, table.names[cell[0]])
        rows.append(["dataflow", flow, action, *cell, table.period, *values])
    return _text([heads, *rows], "\r\n").encode()


def as_jsonstat(table: Table, about: About) -> bytes:
    """JSON-stat 2.0: a dataset with every combination of its categories, the last dimension quickest.

    Closed and missing cells are null with their status. What stands beside the table is its ``extension``.
    """
    ids = ["REF_AREA", *(CONCEPTS[name] for name in table.dimensions), "TIME_PERIOD"]
    codes = [list(dict.fromkeys(cell[place] for cell in table.cells)) for place in range(len(ids) - 1)]
    codes.append([table.period])
    every = list(itertools.product(*codes[:-1]))
    if every != list(table.cells):
        raise ValueError("a table with holes is no cube")
    dimension: dict[str, Any] = {}
    for name, members in zip(ids, codes, strict=True):
        said = about.labels.get(name, {})
        labels = dict(table.names) if name == "REF_AREA" else said.get("codes", {})
        dimension[name] = {
            "label": _zh(said.get("title", name)),
            "category": {
                "index": members,
                "label": {code: _zh(labels.get(code, code)) for code in members},
            },
        }
    observations = list(table.cells.values())
    made: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": _zh(about.words.get("title", table.code)),
        "source": _zh(about.words.get("source", "")),
        "note": [
            _zh(about.words[name]) for name in ("note", "method", "restatement") if about.words.get(name)
        ],
        "id": ids,
        "size": [len(members) for members in codes],
        "role": {"time": ["TIME_PERIOD"], "geo": ["REF_AREA"], "metric": ["MEASURE"]},
        "dimension": dimension,
        "value": [_number(one.value) for one in observations],
        "status": {str(at): one.status for at, one in enumerate(observations) if one.status != NORMAL},
        "extension": {_KEY: about.as_json()},
    }
    if table.spans:
        made["extension"]["lower"] = [_number(one.lower) for one in observations]
        made["extension"]["upper"] = [_number(one.upper) for one in observations]
    decimals = {len(one.value.partition(".")[2]) for one in observations if one.value}
    made["extension"]["decimals"] = decimals.pop() if decimals else 0
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def as_parquet(table: Table, about: About) -> bytes:
    """Parquet: the canonical columns as text but for the numbers; what stands beside is file metadata."""
    import polars as pl  # takes longer to load than all the other formats to write

    rows = list(table.rows())
    frame = pl.DataFrame(
        {head: [row[place] for row in rows] for place, head in enumerate(table.heads)},
        schema=dict.fromkeys(table.heads, pl.String),
    )
    numbers = ["OBS_VALUE", *(("LOWER", "UPPER") if table.spans else ())]
    frame = frame.with_columns(
        *(
            pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).cast(pl.Float64).alias(name)
            for name in numbers
        )
    )
    target = io.BytesIO()
    frame.write_parquet(
        target,
        compression="zstd",
        metadata={_KEY: json.dumps({**about.as_json(), "decimals": _decimals(table)}, ensure_ascii=False)},
    )
    return target.getvalue()


def as_metadata(about: About) -> bytes:
    """What stands beside a table, as its own file: CSV and SDMX-CSV have no place for it."""
    return json.dumps(about.as_json(), ensure_ascii=False, indent=1).encode()


def read_back(
    name: str, content: bytes, *, beside: dict[str, Any] | None = None
) -> tuple[Table, dict[str, Any]]:
    """The table of a file that was downloaded, and what stands beside it.

    Parameters
    ----------
    name
        Its name: the ending says the format.
    beside
        The file of metadata, for CSV and SDMX-CSV.

    Raises
    ------
    UnreadableError
        A file of another kind, one that was cut, or one whose metadata are missing.
    """
    if len(content) > MOST:
        raise UnreadableError("the file is too long for a release")
    try:
        if name.endswith(".parquet"):
            return _of_parquet(content)
        if name.endswith(".json"):
            return _of_jsonstat(json.loads(content))
        if beside is None:
            raise UnreadableError("give the file of metadata too: a CSV does not hold its proof")
        return read(str(beside.get("code", "")), content), beside
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"no release: {error}") from error


def _of_jsonstat(made: dict[str, Any]) -> tuple[Table, dict[str, Any]]:
    about, extension = made["extension"][_KEY], made["extension"]
    decimals, spans = int(extension["decimals"]), "lower" in extension
    ids = made["id"]
    codes = [made["dimension"][name]["category"]["index"] for name in ids]
    names = made["dimension"]["REF_AREA"]["category"]["label"]
    heads = [
        "REF_AREA",
        "REF_AREA_NAME",
        *ids[1:],
        "OBS_VALUE",
        *(["LOWER", "UPPER"] if spans else []),
        "OBS_STATUS",
    ]
    rows = []
    for at, cell in enumerate(itertools.product(*codes)):
        span = [_as_text(extension[side][at], decimals) for side in ("lower", "upper")] if spans else []
        status = made["status"].get(str(at), NORMAL)
        rows.append(
            [cell[0], names[cell[0]], *cell[1:], _as_text(made["value"][at], decimals), *span, status]
        )
    if len(rows) != len(made["value"]):
        raise UnreadableError("values and categories do not fit")
    return of_rows(str(about["code"]), heads, rows), about


def _of_parquet(content: bytes) -> tuple[Table, dict[str, Any]]:
    import polars as pl

    try:
        about = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[_KEY])
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise UnreadableError(f"no Parquet: {error}") from error
    decimals = int(about.pop("decimals"))
    rows = [
        [_as_text(value, decimals) if not isinstance(value, str) else value for value in row]
        for row in frame.iter_rows()
    ]
    return of_rows(str(about["code"]), frame.columns, rows), about


def _decimals(table: Table) -> int:
    return max((len(one.value.partition(".")[2]) for one in table.cells.values()), default=0)


def _number(text: str) -> int | float | None:
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _as_text(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _zh(words: Any) -> str:
    return str(words["zh"]) if isinstance(words, dict) else str(words)


__all__ = [
    "CLOSED",
    "MEDIA",
    "MISSING",
    "NORMAL",
    "Observation",
    "as_csv",
    "as_jsonstat",
    "as_metadata",
    "as_parquet",
    "as_sdmx",
    "read_back",
]

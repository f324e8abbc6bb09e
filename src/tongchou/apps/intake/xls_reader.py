"""Reads the cells of an .xls from standard input: a program of its own, within bounds of memory and time.

Run by ``biff`` as ``python -I xls_reader.py MEMORY SECONDS TEXT ROWS COLUMNS SHEETS``; imports nothing of the
project, writes JSON. Ends with 3 when the workbook is too large, with 4 when it is damaged.
"""

from __future__ import annotations

import io
import json
import sys

TOO_LARGE, DAMAGED = 3, 4


def main() -> int:
    memory, work, most_text, most_rows, most_columns = map(int, sys.argv[1:6])
    wanted = [int(index) for index in sys.argv[6].split(",")]
    try:
        import resource
    except ImportError:  # not on every system; the bound on time stays
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (work, work))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        pages = []
        for index in wanted:
            page = book.get_sheet_by_index(index)
            if page.height > most_rows or page.width > most_columns:
                return TOO_LARGE
            cells = [[plain(value) for value in row] for row in page.to_python(skip_empty_area=False)]
            most_text -= sum(len(value) for row in cells for value in row if isinstance(value, str))
            if most_text < 0:
                return TOO_LARGE
            merges = [[*first, *last] for first, last in page.merged_cell_ranges or ()]
            pages.append({"cells": cells, "merges": merges})
        answer = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    except MemoryError:
        return TOO_LARGE
    except BaseException:
        return DAMAGED
    sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass"))
    return 0


def plain(value: object) -> object:
    """A value as JSON can hold it; days and moments as one-entry objects."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if hasattr(value, "hour") and hasattr(value, "year"):
        return {"m": value.isoformat()}
    if hasattr(value, "year"):
        return {"d": value.isoformat()}
    return str(value)


if __name__ == "__main__":
    sys.stdout.flush()
    code = main()
    sys.stdout.flush()
    sys.exit(code)

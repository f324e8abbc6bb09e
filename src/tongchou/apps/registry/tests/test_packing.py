"""Numbers packed into one come out as they went in."""

from __future__ import annotations

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.registry.packing import Part, packed, unpacked

MOST = (9999, 12, 31, 9, 1, 9999, 12, 31, 100)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(row=st.tuples(*(st.none() | st.sampled_from((0, 1, most)) | st.integers(0, most) for most in MOST)))
def test_any_row_comes_out_as_it_went_in(row: tuple[int | None, ...]) -> None:
    parts = [
        Part(f"part_{number}", "NULL" if value is None else str(value), most)
        for number, (value, most) in enumerate(zip(row, MOST, strict=True))
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {packed(parts)}")
        frame = pl.DataFrame({"packed": pl.Series([cursor.fetchone()[0]], dtype=pl.Int64)})
    assert unpacked(frame, "packed", parts).row(0, named=True) == {
        part.name: value for part, value in zip(parts, row, strict=True)
    }


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        packed([Part(str(number), "0", 9999) for number in range(5)])

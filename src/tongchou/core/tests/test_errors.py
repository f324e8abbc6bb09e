from __future__ import annotations

import pytest

from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound


@pytest.mark.parametrize(
    ("kind", "status"), [(NotAllowed, 403), (NotFound, 404), (Conflict, 409), (Invalid, 422)]
)
def test_each_error_has_its_status(kind: type[AppError], status: int) -> None:
    error = kind("area.gone", "Choose another area.", line=3)
    assert (error.code, error.status, error.data) == ("area.gone", status, {"line": 3})
    assert str(error) == "Choose another area."  # pages and commands show no codes
    assert error.__notes__ == ["area.gone"]  # a traceback does
    assert AppError("x", "y", 418).status == 418

from __future__ import annotations

from tongchou.core import scope_holders


def test_a_holder_is_noted_once() -> None:
    before = scope_holders.all_holders()
    scope_holders.register("core.Assignment", area_id="area_id", scope_no="scope_no", scope_end="scope_end")
    assert scope_holders.all_holders() == before
    assert before[0].model == "core.Assignment"

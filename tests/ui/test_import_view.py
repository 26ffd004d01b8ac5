"""What may be done with a table that was checked."""

import pytest

from app.ui.import_view import next_step
from data.models import ImportRun


@pytest.mark.parametrize(
    ("added", "changed", "wrong", "told"),
    [
        (3, 0, 2, "开始导入"),
        (0, 1, 0, "开始导入"),
        (0, 0, 2, "在表格里标出问题"),
        (0, 0, 0, ""),
    ],
)
def test_a_table_of_which_nothing_can_be_taken_still_comes_back_marked(
    added: int, changed: int, wrong: int, told: str
) -> None:
    assert next_step(ImportRun(added=added, changed=changed, wrong=wrong)) == told

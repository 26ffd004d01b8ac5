"""Pages of a list follow one another in its order, wherever in it the people stand who were looked for."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from app.dossiers import search
from app.dossiers.service import today
from app.dossiers.wanted import Order, Wanted
from data.engine import Database
from tests.dossiers.finding import SKILL, added, names, opened
from tests.people import REVIEWER, WORK, id_number


@pytest.fixture
def few_or_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read whole, and what in the order of the list."""
    for name in ("app.dossiers.parts.MANY", "app.dossiers.plan.MANY", "app.dossiers.plan.MANY_SORTED"):
        monkeypatch.setattr(name, request.param)


@pytest.mark.parametrize("order", ["newest", "oldest", "name", "name_down", "expiry"])
@pytest.mark.parametrize("text", ["", "王", "wang"])
def test_pages_follow_one_another_without_gap_or_repetition(database: Database, order: Any, text: str) -> None:
    for at in range(11):
        owner = opened(database, f"王{'甲乙丙丁戊己庚辛壬癸子'[at]}", 101 + 2 * at)
        added(database, owner, "skills", {**SKILL, "valid_to": today() + timedelta(10 + at // 2)})
    wanted = Wanted(text, order=order)
    with database.read() as db:
        everybody = [row.id for row in search.page(db, REVIEWER, wanted).rows]
        assert len(everybody) == 11
        pages = [search.page(db, REVIEWER, wanted, size=4)]
        assert pages[0].before is None
        while pages[-1].after:
            pages.append(search.page(db, REVIEWER, wanted.at(pages[-1].after), size=4))
        assert [row.id for page in pages for row in page.rows] == everybody
        back = search.page(db, REVIEWER, wanted.at(pages[2].before), size=4)
        assert back.rows == pages[1].rows
        first = search.page(db, REVIEWER, wanted.at(back.before), size=4)
        assert (first.rows, first.before) == (pages[0].rows, None)
        assert search.count(db, REVIEWER, wanted) == 11
        assert [each for some in search.ids(db, REVIEWER, wanted, 4) for each in some] == everybody


@pytest.mark.parametrize("few_or_many", [0, 3_000], indirect=True)
@pytest.mark.parametrize("order", ["name", "name_down"])
@pytest.mark.parametrize("text", ["王", "建", "建国", "王建", "王建国", "王建国平"])
def test_pages_by_name_are_whole_wherever_in_the_list_the_people_stand(
    database: Database, few_or_many: None, text: str, order: Order
) -> None:
    written = "安建平 白建国 曹平 丁国 高平 李建国 王国 王建 王建国 王建国平 王建民 王建伟 于王建国 张平"
    for at, name in enumerate(written.split()):
        opened(database, name, 101 + at)
    expected = [name for name in names(database, order=order) if text in name]
    wanted = Wanted(text, order=order)
    forward: list[str] = []
    back: list[str] = []
    with database.read() as db:
        page = search.page(db, REVIEWER, wanted, 2)
        while True:
            forward += [row.name for row in page.rows]
            if page.after is None:
                break
            page = search.page(db, REVIEWER, wanted.at(page.after), 2)
        last = page
        while page.before is not None:
            page = search.page(db, REVIEWER, wanted.at(page.before), 2)
            back[:0] = [row.name for row in page.rows]
    assert forward == [*back, *(row.name for row in last.rows)] == expected


@pytest.mark.parametrize("few_or_many", [0, 2, 3_000], indirect=True)
@pytest.mark.parametrize("order", get_args(Order))
def test_who_is_of_an_age_stands_in_every_list(database: Database, few_or_many: None, order: Order) -> None:
    ages = {"王小明": 30, "李四": 45, "张三": 45, "陈一": 60}
    for at, (name, age) in enumerate(ages.items()):
        born = today().replace(day=1) - timedelta(days=round(age * 365.25) + 40)
        owner = opened(database, name, 101 + at, birth_date=born, number=id_number(f"{born:%Y%m%d}", f"{101 + at}"))
        added(database, owner, "skills", {**SKILL, "valid_to": today() + timedelta(10 + at)})
    everybody = names(database, order=order)
    assert names(database, order=order, age_from=45, age_to=59) == [each for each in everybody if ages[each] == 45]
    assert names(database, order=order, age_from=45) == [each for each in everybody if ages[each] >= 45]
    assert names(database, order=order, age_to=44) == ["王小明"]
    assert names(database, order=order, age_from=61) == []


@pytest.mark.parametrize("few_or_many", [0, 2, 3_000], indirect=True)
@pytest.mark.parametrize("text", ["王", "建国", "王建国", "wang", "wj", "wangj", "jianguo"])
def test_a_list_by_name_keeps_to_its_filters(database: Database, few_or_many: None, text: str) -> None:
    for at, name in enumerate(("王建国", "汪建国", "王建", "李建国", "王国建", "王建国", "万建国")):
        owner = opened(database, name, 101 + at)
        if at % 3:
            added(database, owner, "work", WORK)
        if at % 2:
            added(database, owner, "skills", SKILL)
    filters: dict[str, Any] = {"holds": ("work", "skills")}
    found = sorted(names(database, text, **filters))
    assert 0 < len(found) < len(names(database, text))
    in_order = [name for name in names(database, order="name", **filters) if name in found]
    assert names(database, text, order="name", **filters) == in_order
    assert names(database, text, order="name_down", **filters) == in_order[::-1]

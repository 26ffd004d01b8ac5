"""Names of exported signatures."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.signatures.zip_names import RULES, names

PEOPLE = [("张三丰", "190101199003070013"), ("张三丰", "190101198507120013"), ("A/B:C", "H1")]


def test_a_rule_names_the_files() -> None:
    assert names("number_name", PEOPLE[:1]) == ["190101199003070013_张三丰.png"]
    assert names("order_name", PEOPLE) == ["00001_张三丰.png", "00002_张三丰.png", "00003_A_B_C.png"]


def test_two_people_with_one_name_get_two_files() -> None:
    assert names("name_last_four", PEOPLE) == ["张三丰_0013.png", "张三丰_0013(2).png", "A_B_C_H1.png"]


@given(st.sampled_from(sorted(RULES)), st.lists(st.tuples(st.text(max_size=150), st.text(max_size=40)), max_size=12))
def test_names_are_different_and_fit_for_every_system(rule: str, people: list[tuple[str, str]]) -> None:
    made = names(rule, people)
    assert len({name.lower() for name in made}) == len(people)
    assert all(re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f\x7f]+\.png', name) and not name.startswith(".") for name in made)

"""Passwords of staff: what is refused, and why."""

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import passwords
from app.errors import UserError


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234",
        "12345678901234",
        "qwertyuiop123",
        "abcabcabcabc",
        "!!!Football!!!",
        "aaaaaaaaaaaaa",
    ],
)
def test_common_passwords_are_refused_in_their_usual_disguises(password: str) -> None:
    with pytest.raises(UserError) as refused:
        passwords.hashed(password)
    assert refused.value.message == "这个密码太常见，容易被猜到，请换一个；几个不相关的词连起来就很好"


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short words", "密码至少 12 位，现有 11 位"),
        ("木" * 25, "密码最多 72 个字节，现有 75 个"),
        ("my name is wang.li", "密码中不要包含用户名"),
        ("Congye at the window", "密码中不要包含本系统的名称"),
    ],
)
def test_what_is_wrong_is_told_with_its_figure(password: str, message: str) -> None:
    with pytest.raises(UserError) as refused:
        passwords.hashed(password, "wang.li")
    assert refused.value.message == message


@pytest.mark.parametrize("password", ["correct horse battery", "脚手架 混凝土 图纸 月亮", "only for these tests"])
def test_a_few_words_are_accepted_and_kept_as_bcrypt(password: str) -> None:
    kept = passwords.hashed(password, "wang.li")
    assert kept.startswith("$2b$12$")
    assert bcrypt.checkpw(password.encode(), kept.encode())


def test_initial_passwords_are_accepted_and_never_the_same() -> None:
    made = {passwords.initial() for _time in range(20)}
    assert len(made) == 20
    assert all(passwords.hashed(password) for password in list(made)[:2])


@given(st.text(max_size=100))
def test_any_text_is_either_accepted_or_refused_with_a_message(text: str) -> None:
    try:
        passwords._accept(text, "name")
    except UserError as error:
        assert error.message

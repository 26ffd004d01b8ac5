"""What is told of a form that was sent and could not be stored."""

from app.errors import FieldErrors, UserError
from app.ui.open_form import OpenForm


def test_a_refusal_in_the_callback_is_kept_for_the_form_that_is_drawn_after_it() -> None:
    form = OpenForm()
    with form.receiving():
        raise FieldErrors({"school": "必填"})
    assert form.errors == {"school": "必填"}
    assert "1" in form.problem
    with form.receiving():
        raise UserError("gone", "这条记录已不存在")
    assert (form.errors, form.problem) == ({}, "这条记录已不存在")


def test_what_nobody_foresaw_is_told_with_a_number_and_not_raised() -> None:
    form = OpenForm()
    with form.receiving():
        raise ZeroDivisionError
    assert "编号" in form.problem


def test_what_was_wrong_before_is_forgotten_when_the_form_is_stored() -> None:
    form = OpenForm(errors={"school": "必填"}, problem="有 1 处需要修改")
    with form.receiving():
        pass
    assert (form.errors, form.problem) == ({}, "")

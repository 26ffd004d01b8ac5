"""短信用户注册: the card as it is printed, then the mobile."""

import uuid

import streamlit as st

from app.access import delivery, registration
from app.access.rights import Actor, Role
from app.database import database
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import challenge, code_field, forms, guard, messages, shell
from app.ui.open_form import OpenForm, form_of
from app.ui.safety import contained

KEY = "register"


def show(actor: Actor) -> None:
    """The registration form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=760):
        st.title(_("短信用户注册"), anchor=False)
        messages.plain(_("请照身份证上印的内容填写，验证通过后再填写手机号。"))
        _form()


@st.fragment
@contained
def _form() -> None:
    verified: uuid.UUID | None = st.session_state.get(f"{KEY}/verified")
    st.subheader(_("身份证信息"), anchor=False)
    if verified is None:
        _card()
    else:
        messages.show("success", _("身份证信息验证通过，请继续填写手机号"))
        _mobile(verified)
    if st.button(_("返回登录"), key="to-login"):
        st.switch_page("../pages/login.py")


def _card() -> None:
    opened = form_of(KEY)
    forms.draw(registration.card_fields(), KEY, opened.errors)
    with st.container(width=460):
        challenge.draw(KEY)
    opened.tell()
    if st.button(_("验证"), type="primary", key="verify"):
        _verify(opened)


def _verify(opened: OpenForm) -> None:
    captcha_id, answer = challenge.current(KEY)
    with opened.sending():
        try:
            typed = forms.typed(registration.card_fields(), KEY)
            st.session_state[f"{KEY}/verified"] = registration.verify_card(
                database(), guard.visit(), typed, captcha_id, answer, address=guard.address()
            )
        except FieldErrors:
            raise  # found before the captcha is looked at
        except UserError:
            challenge.renew(KEY)
            raise
    st.rerun(scope="fragment")


def _mobile(verified: uuid.UUID) -> None:
    st.subheader(_("手机验证信息"), anchor=False)
    with st.container(width=460):
        mobile = st.text_input(_("手机号"), key=f"{KEY}/mobile/{forms.REQUIRED}", autocomplete="tel-national")
        code = code_field.draw(
            KEY,
            _("手机验证码"),
            _("发送验证码"),
            lambda: registration.send_code(
                database(), delivery.gateway(), verified, mobile, visit=guard.visit(), address=guard.address()
            ),
        )
        form_of(KEY).tell()
        if st.button(_("完成注册"), type="primary", key="complete"):
            _complete(verified, mobile, code)


def _complete(verified: uuid.UUID, mobile: str, code: str) -> None:
    with form_of(KEY).sending():
        registration.complete(database(), guard.current_actor(), verified, mobile, code, visit=guard.visit())
    forms.forget(KEY)
    st.session_state["notice"] = _("注册成功，请用证件号和手机号登录")
    st.switch_page("../pages/login.py")

"""短信用户登录."""

import streamlit as st

from app.access import delivery, practitioner_login, second_factor
from app.access.practitioner_login import Attempt
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import challenge, code_field, guard, messages, passing, shell
from app.ui.forms import REQUIRED
from app.ui.passing import Passing
from app.ui.safety import contained

KEY = "login"
NUMBER, MOBILE = f"{KEY}/number/{REQUIRED}", f"{KEY}/mobile/{REQUIRED}"


def show(actor: Actor) -> None:
    """The log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        st.title(_("短信用户登录"), anchor=False)
        shell.notice()
        on_the_way = passing.current(KEY)
        if on_the_way is not None:
            _step(on_the_way)
            passing.back(KEY)
        else:
            _form()
        if settings().demo:
            st.page_link("../pages/outbox.py", label=_("演示：查看发出的短信"), icon=":material/sms:")


@st.fragment
@contained
def _form() -> None:
    st.text_input(_("证件号"), key=NUMBER, autocomplete="off")
    st.text_input(_("手机号码"), key=MOBILE, autocomplete="tel-national")
    challenge.draw(KEY)
    code = code_field.draw(KEY, _("动态密码"), _("获取动态密码"), _send)
    if problem := st.session_state.pop(f"{KEY}/refused", None):
        messages.show("error", problem)
    if st.button(_("登录"), type="primary", width="stretch", key="log-in"):
        _log_in(code)
    if st.button(_("短信用户注册"), width="stretch", key="to-register"):
        st.switch_page("../pages/register.py")


def _attempt() -> Attempt:
    captcha_id, answer = challenge.current(KEY)
    state = st.session_state
    number, mobile = str(state[NUMBER]), str(state[MOBILE])
    return Attempt(guard.visit(), number, mobile, captcha_id, answer, guard.address(), guard.device())


def _send() -> None:
    try:
        practitioner_login.send_code(database(), delivery.gateway(), _attempt())
    except UserError:
        challenge.renew_unless_passed(KEY)
        raise


def _log_in(code: str) -> None:
    try:
        actor = practitioner_login.log_in(database(), _attempt(), code)
    except UserError as error:
        challenge.renew_unless_passed(KEY)
        st.session_state[f"{KEY}/refused"] = error.message
        st.rerun(scope="fragment")
    if _next_step(passing.begin(KEY, actor)) == "enter":
        _enter(actor)
    st.rerun()


@contained
def _step(on_the_way: Passing) -> None:
    match _next_step(on_the_way):
        case "second_factor":
            told = _("请输入身份验证器应用显示的 6 位数字。手机丢失时，请带身份证到受理窗口重置。")
            passing.ask_code(KEY, on_the_way, _("身份验证器"), told)
        case "enrol":
            passing.enrol(KEY, on_the_way, _("本系统要求您启用身份验证器后才能登录。"))
        case "enter":
            _enter(on_the_way.actor)


def _next_step(on_the_way: Passing) -> second_factor.Step:
    with database().read() as db:
        return second_factor.next_step(db, on_the_way.actor, passed=on_the_way.second_factor_passed)


def _enter(actor: Actor) -> None:
    with database().write() as db:
        ticket = practitioner_login.ticket(db, actor, guard.visit())
    passing.forget(KEY)
    shell.leave_to(f"/api/session?ticket={ticket}")

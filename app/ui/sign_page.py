"""Signing on the phone: the code on the desktop page, and the page that it opens."""

from urllib.parse import urlsplit

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.signatures import drawn, pads
from app.ui import guard, messages
from app.ui.components import signature_pad
from app.ui.pictures import inline
from app.ui.safety import contained

KEY = "sign"
PARAMETER = "pad"
LOOK_EVERY_SECONDS = 2.0


def offer(actor: Actor) -> None:
    """The button for a code, then the code until it is used or five minutes are over."""
    messages.plain(_("也可以用手机签名：生成二维码，用手机扫码打开签名页。"))
    if st.button(_("用手机签名"), key=f"{KEY}/issue", icon=":material/qr_code_2:"):
        with database().write() as db:
            st.session_state[f"{KEY}/token"] = pads.issue(db, actor, actor.dossier_id)
    if f"{KEY}/token" in st.session_state:
        _code()


@st.fragment(run_every=LOOK_EVERY_SECONDS)
@contained
def _code() -> None:
    guard.practitioner()
    token: str | None = st.session_state.get(f"{KEY}/token")
    if token is None:
        return
    with database().read() as db:
        used, alive = pads.is_used(db, token), pads.holder(db, token) is not None
    if used:
        del st.session_state[f"{KEY}/token"]
        st.session_state["notice"] = _("手机上的签名已保存，请点击「查看」核对")
        st.rerun()
    if not alive:
        messages.plain(_("二维码已过期，请重新生成。"))
        return
    here = urlsplit(st.context.url or "")
    address = f"{here.scheme}://{here.netloc}/sign?{PARAMETER}={token}"
    inline(pads.qr_png(address), _("用手机扫码签名，五分钟内有效，只能用一次"), width=220)


def show(_actor: Actor) -> None:
    """The page on the phone. Whoever has the code of a log-in that lives may sign for it, once."""
    token = st.query_params.get(PARAMETER, "")
    if f"{KEY}/done" in st.session_state:
        messages.show("success", _("签名已保存，可以关闭本页，回到电脑上核对。"))
        return
    with database().read() as db:
        holder = pads.holder(db, token)
    if holder is None:
        messages.show("error", _("签名页已失效：请在电脑上重新打开二维码"))
        return
    st.subheader(_("手写签名"), anchor=False)
    messages.facts([(_("姓名"), holder.name)])
    _sign(token)


def sign_by_hand(key: str) -> drawn.Drawing | None:
    """The pad to sign on; what was drawn, once it is to be kept."""
    strokes = signature_pad(
        key=f"{key}-pad",
        label=_("手写签名框"),
        label_clear=_("清除"),
        label_save=_("保存签名"),
        hint=_("请用手指、触控笔或鼠标在框内签名"),
    )
    return None if strokes is None else drawn.drawing(strokes)


@st.fragment
@contained
def _sign(token: str) -> None:
    drawing = sign_by_hand(KEY)
    if drawing is not None:
        with database().write() as db:
            pads.use(db, token, drawing)
        st.session_state[f"{KEY}/done"] = True
        st.rerun()

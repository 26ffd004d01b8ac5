"""Every component on one page; what each one returns is counted and written under it."""

import io
import wave
from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st
from PIL import Image, ImageDraw

from app.ui.components import (
    Action,
    Column,
    PictureLabels,
    Row,
    captcha,
    countdown,
    go_to,
    pdf_link,
    picture,
    record_table,
)

ACTIONS = (Action("edit", "编辑"), Action("file", "附件"), Action("delete", "删除", danger=True))
COLUMNS = (
    Column("学校名称", 2.5),
    Column("所学专业", 2),
    Column("学历", 1.2),
    Column("学制"),
    Column("起止年月", 2, "date"),
    Column("发证日期", 1.5, "date"),
    Column("证书编号", 2, "number"),
)
ROWS = (
    Row("a1", ("同济大学", "土木工程", "大学本科", "4", "2008-09-01 – 2012-06-30", "2012-07-01", "102471201205001234")),
    Row(
        "b2", ("<img src=x onerror=\"document.title='hit'\">", "<b>粗</b>", "硕士", "", "2012-09-01", "2015-07-01", "7")
    ),
    Row("c3", ("很长" * 40, "工程管理", "大专", "3", "2004-09-01", "2007-07-01", "A" * 60), ("edit",)),
)
OTHER_LISTS = (
    (ROWS[2], Row("d4", ("南京大学", *ROWS[0].cells[1:])), ROWS[0]),
    (),
    (Row("a1", ROWS[0].cells, ("edit",)),),
)
"""What the list of records becomes by and by."""
TITLES = (*(Column(f"第{number}栏") for number in range(1, 11)), Column("第11栏", kind="date"))


def png(width: int, height: int, text: str) -> bytes:
    image = Image.new("RGB", (width, height), "#f7f3e8")
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((10, 10, width - 10, height - 10), outline="#a33", width=4)
    drawing.text((width // 2 - 20, height // 2 - 10), text, fill="#222", font_size=24)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def wav() -> bytes:
    st.session_state["sounds"] = st.session_state.get("sounds", 0) + 1
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 8000)
    return out.getvalue()


def count(name: str, value: object) -> None:
    """Write how often `name` came back with something, and what was last."""
    seen = st.session_state.setdefault(f"count_{name}", [])
    if value:
        seen.append(str(value))
    st.text(f"{name}: {len(seen)} {seen[-1] if seen else '-'}")


@st.dialog("上传附件")
def attach(row: str) -> None:
    clicked = record_table(
        (Column("文件标题"),), (Row("scan", ("毕业证书",)),), actions=ACTIONS[2:], key="files", label="附件", empty=""
    )
    count("files", clicked and f"{clicked.action} {clicked.row} of {row}")


def tables() -> None:
    st.subheader("学历证书信息")
    if st.button("换一批"):
        st.session_state["list"] = st.session_state.get("list", -1) + 1
    if st.button("改第一行"):
        st.session_state["renamed"] = True
    rows: Sequence[Row] = (
        (Row("a1", ("复旦大学", *ROWS[0].cells[1:])), *ROWS[1:]) if "renamed" in st.session_state else ROWS
    )
    rows = OTHER_LISTS[st.session_state["list"]] if "list" in st.session_state else rows
    clicked = record_table(
        COLUMNS,
        rows,
        actions=ACTIONS,
        key="records",
        label="学历证书信息",
        empty="没有了",
        actions_label="操作",
        number_label="序号",
    )
    count("table", clicked and f"{clicked.action} {clicked.row}")
    if clicked and clicked.action == "file":
        attach(clicked.row)
    record_table(
        COLUMNS,
        (),
        actions=ACTIONS,
        key="none",
        label="学位",
        empty="还没有学位证书，请点「新增」。",
        actions_label="操作",
    )
    contents = ("Undergraduate programme graduate", "900581200805321929", "2004-09 – 2008-06")
    wide = Row("w", (*("内容" for _title in TITLES[3:]), *contents))
    record_table(TITLES, (wide,), actions=ACTIONS[:1], key="wide", label="十一栏", empty="", actions_label="操作")


def waiting() -> None:
    st.subheader("动态密码")
    sent = st.session_state.setdefault("sent", datetime.now(UTC))
    again = countdown(
        60,
        key="code",
        since=sent,
        resend_after=30,
        running_text="动态密码 {seconds} 秒内有效",
        done_text="动态密码已过期",
        button="重新获取",
    )
    count("resend", again)
    if again:
        st.session_state["sent"] = datetime.now(UTC)
        st.rerun()


def others() -> None:
    st.subheader("验证码")
    number = st.session_state.setdefault("captcha", 1)
    asked = captcha(
        png(150, 54, f"K{number}"),
        wav,
        key="captcha_view",
        alt="验证码图片",
        label_refresh="看不清，换一张",
        label_listen="听验证码",
    )
    count("captcha", asked)
    if asked:
        st.session_state["captcha"] += 1
        st.rerun()
    st.text(f"sounds: {st.session_state.get('sounds', 0)}")
    st.subheader("附件")
    labels = PictureLabels("放大", "缩小", "旋转", "适合窗口")
    picture(png(1200, 800, "毕业证书"), alt="毕业证书的扫描件", key="scan", labels=labels)
    pdf_link("/?printed=1", "打印", key="print")
    if st.button("进入"):
        go_to("/?arrived=1")


st.set_page_config(layout="wide")
st.text(f"query: {dict(st.query_params)}")
again = st.button("再运行")
only = st.query_params.get("only", "tables waiting others").split()
for section in (tables, waiting, others):
    if section.__name__ in only:
        section()
if again:  # at the end, so that nothing moves
    st.text("again")

"""Every kind of widget the product may use; their own texts are Chinese, so any English is Streamlit's."""

import io
import time
import wave
from datetime import date

import altair as alt
import pandas as pd
import streamlit as st
from PIL import Image


def silence() -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 800)
    return sound.getvalue()


@st.dialog("新增记录")
def record_dialog() -> None:
    with st.form("记录"):
        st.text_input("学校名称", max_chars=20)
        st.date_input("发证日期", None, min_value=date(1950, 1, 1), format="YYYY-MM-DD")
        st.date_input("起止时间", [], format="YYYY-MM-DD")
        st.selectbox("学历", ["本科", "专科"], index=None)
        st.form_submit_button("保存")


def inputs() -> None:
    st.title("填写")
    if st.button("对话框"):
        record_dialog()
    if st.button("消息"):
        st.toast("一条很长的消息，" * 30)
    if st.button("等待"):
        with st.spinner("请稍候", show_time=True):
            time.sleep(3)
    if st.button("出错"):
        raise RuntimeError("secret detail")
    st.text_input("姓名", max_chars=20, help="证件上的姓名")
    st.text_input("口令", type="password")
    st.text_area("备注", max_chars=200)
    st.number_input("学制", min_value=1, max_value=8)
    st.selectbox("民族", ["汉族", "回族"])
    st.selectbox("职称", [], key="none")
    st.selectbox("级别", [f"第{number}级" for number in range(40)], index=None)
    st.multiselect("工种", ["抹灰", "砌筑", "钢筋"])
    st.date_input("出生日期", None, min_value=date(1920, 1, 1), max_value=date(2026, 12, 31))
    st.time_input("时间", None)
    st.checkbox("至今")
    st.radio("性别", ["男", "女"])
    st.toggle("开关")
    st.slider("评分", 0, 10)
    st.segmented_control("类型", ["良好", "不良"])
    st.file_uploader("附件", ["jpg", "png", "pdf"])
    st.file_uploader("多个附件", accept_multiple_files=True)
    st.camera_input("拍照")
    with st.form("表单"):
        st.text_input("表单项", max_chars=10)
        st.text_area("表单备注", max_chars=10)
        st.form_submit_button("提交")


def outputs() -> None:
    st.title("显示")
    st.dataframe(pd.DataFrame({"学校": ["同济大学", "复旦大学"], "年份": [1998, 2002]}), key="full")
    st.dataframe(pd.DataFrame({"学校": [], "专业": []}), key="empty")
    st.dataframe(pd.DataFrame({"学校": ["一", "二"]}), on_select="rerun", selection_mode="multi-row", key="select")
    st.data_editor(pd.DataFrame({"学校": ["一"], "在读": [True]}), num_rows="dynamic", key="editor")
    st.table(pd.DataFrame({"甲": [], "乙": []}))
    st.metric("人数", 200, 3)
    st.json({"字段": [1, 2]})
    st.code("示例代码\n" * 3)
    st.image(Image.new("RGB", (300, 200), "navy"), caption="图片")
    st.audio(silence(), format="audio/wav")
    counts = pd.DataFrame({"年份": ["甲", "乙"], "人数": [1, 2]})
    st.altair_chart(alt.Chart(counts).mark_bar().encode(x="年份:N", y="人数:Q", color="年份:N"))
    st.download_button("下载", b"x", "文件.txt")
    st.link_button("链接", "/page_2")
    st.tabs(["标签一", "标签二", "标签三"])
    with st.expander("展开项"):
        st.write("内容")
    with st.popover("弹出"):
        st.write("内容")
    with st.status("处理中", expanded=True):
        st.write("步骤")
    st.info("提示")
    st.html("<p>自写的段落</p>")
    st.chat_message("user").write("留言")


def own_words() -> None:
    """Words of people that equal texts of Streamlit: they must stay as they are."""
    st.title("原文")
    st.markdown("Upload")
    st.button("Close")
    st.info("No results")
    st.error("Error: Upload failed")
    st.text("This field is required.")
    st.code("Search")
    st.json({"Fullscreen": "Copied"})
    st.selectbox("选择", ["Choose an option", "Select all"])
    st.multiselect("多选", ["Open", "Clear all"], ["Open"])
    st.text_input("输入", "Empty")
    st.text_area("长文", "Show password")
    st.dataframe(pd.DataFrame({"备注": ["empty"], "单位": ["同济"]}))
    st.table(pd.DataFrame({"备注": ["empty"]}))
    st.html("<p id='own'>Previous month</p>")


def other_page() -> None:
    st.title("其他页")


st.sidebar.write("侧栏")
pages = [st.Page(inputs, title="填写", url_path="inputs", default=True)]
pages += [st.Page(outputs, title="显示", url_path="outputs")]
pages += [st.Page(own_words, title="原文", url_path="own_words")]
pages += [st.Page(other_page, title=f"第{number}页", url_path=f"page_{number}") for number in range(2, 17)]
st.navigation(pages).run()

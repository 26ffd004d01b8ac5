"""A dashboard: figures, bars, a chart, and what the bars count."""

import altair as alt
import pandas as pd
import streamlit as st

from bench.bare.content import BARS, KINDS, WAITING, bars, tiles

DAYS = [f"11-{day:02}" for day in range(1, 16)]

st.subheader("工作台", anchor=False)
st.html('<p class="cy-plain">09:30 的数字，每分钟更新</p>')
st.html(tiles())
left, right = st.columns(2)
with left:
    st.subheader("等待审核", anchor=False)
    st.html(bars(WAITING, "等待审核"))
with right:
    st.subheader("近 14 天的审核", anchor=False)
    rows = pd.DataFrame([{"day": DAYS[-1], "who": "审核员", "count": 30}])
    chart = alt.Chart(rows).mark_bar().encode(
        x=alt.X("day:O", title=None, scale=alt.Scale(domain=DAYS), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("sum(count):Q", title="条"),
        color=alt.Color("who:N", title=None, legend=alt.Legend(orient="bottom")),
        tooltip=[alt.Tooltip("day:O", title="日期"), alt.Tooltip("who:N", title="审核人"), alt.Tooltip("count:Q", title="条")],
    )  # fmt: skip
    st.altair_chart(chart.properties(height=240), width="stretch")
st.subheader("人员构成（点条形打开名单）", anchor=False)
st.selectbox("按什么统计", KINDS)
st.html(bars(BARS, KINDS[0]))
st.subheader("读卡器与短信", anchor=False)
st.html(
    '<dl class="cy-facts"><div><dt>服务器读卡器</dt><dd>未启用</dd></div><div><dt>近 24 小时短信</dt><dd>没有发送过短信</dd></div></dl>'
)

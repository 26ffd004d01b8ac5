"""工作台: what waits, what was done, who is on file, what ends soon, whether reader and SMS work."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app.access.rights import Actor
from app.dashboard.overview import Overview, overview
from app.database import database
from app.dossiers.card_messages import reader_text
from app.dossiers.reading import reader_state
from app.dossiers.wanted import Wanted, facets
from app.locale import _, current_language
from app.ui import messages, shell, tables
from app.validation import label
from data.codes import code_table
from data.models import categories, category

KEY = "dashboard"
HEIGHT_OF_BAR = 26
COLOUR = "#1f5f9e"


def show(actor: Actor) -> None:
    """The figures, each a click away from what it counts."""
    shell.notice()
    with database().read() as db:
        seen = overview(db, actor)
    st.subheader(_("工作台"), anchor=False)
    messages.plain(_("{time:%H:%M} 的数字，每分钟更新").format(time=seen.at.astimezone()))
    _figures(seen)
    left, right = st.columns(2)
    with left:
        _waiting(seen)
    with right:
        _reviewed(seen)
    _people(seen)
    _health(seen)


def _figures(seen: Overview) -> None:
    waiting = sum(each.count for each in seen.waiting)
    places = st.columns(3 + len(seen.expiring))
    places[0].metric(_("人员"), f"{seen.people:,}")
    places[1].metric(_("待审核记录"), f"{waiting:,}")
    places[2].metric(_("有诚信记录的人员"), f"{seen.holds.get('integrity', 0):,}")
    for place, (days, count) in zip(places[3:], seen.expiring.items(), strict=True):
        place.metric(_("{days} 天内到期").format(days=days), f"{count:,}")
        if place.button(_("查看人员"), key=f"{KEY}/expires-{days}"):
            _open(Wanted(expires=days, order="expiry"))


def _waiting(seen: Overview) -> None:
    st.subheader(_("待审核"), anchor=False)
    if not seen.waiting:
        messages.plain(_("没有待审核的记录"))
        return
    now = datetime.now(UTC)
    names = {each.key: tables.name_of(each) for each in categories()}
    messages.facts(
        [
            (
                names.get(each.category, each.category),
                _("{count} 条，最久 {days} 天").format(count=each.count, days=(now - each.oldest).days),
            )
            for each in seen.waiting
        ]
    )


def _reviewed(seen: Overview) -> None:
    st.subheader(_("近 14 天的审核"), anchor=False)
    if not seen.reviewed:
        messages.plain(_("近 14 天没有审核过记录"))
        return
    rows = pd.DataFrame(
        {"day": each.day.isoformat(), "who": each.who or _("工作人员"), "count": each.count} for each in seen.reviewed
    )
    chart = alt.Chart(rows).mark_bar().encode(
        x=alt.X("day:O", title=None),
        y=alt.Y("sum(count):Q", title=_("条")),
        color=alt.Color("who:N", title=None, legend=alt.Legend(orient="bottom")),
        tooltip=[alt.Tooltip("day:O", title=_("日期")), alt.Tooltip("who:N", title=_("审核人")), alt.Tooltip("count:Q", title=_("条"))],
    )  # fmt: skip
    st.altair_chart(chart.properties(height=240), width="stretch")


def _people(seen: Overview) -> None:
    st.subheader(_("人员构成（点击条形打开名单）"), anchor=False)
    held = {each.key: tables.name_of(each) for each in categories()}
    choices = {f"{key}.{field.key}": f"{tables.name_of(category(key))}：{label(field)}" for key, field in facets()}
    kinds = {"holds": _("有记录的人员，按类别"), "records": _("记录数，按类别"), "age": _("年龄"), **choices}
    kind = st.selectbox(_("按什么统计"), list(kinds), format_func=kinds.__getitem__, key=f"{KEY}/kind")
    match kind:
        case "holds" | "records":
            counts = seen.holds if kind == "holds" else seen.records
            bars = [(name, counts.get(key, 0), Wanted(holds=(key,))) for key, name in held.items()]
        case "age":
            bars = [
                (_band(low, high), count, Wanted(age_from=low, age_to=high)) for (low, high), count in seen.ages.items()
            ]
        case _:
            bars = _choice_bars(kind, seen.choices)
    _bars(bars, kind)


def _band(low: int, high: int) -> str:
    if not low:
        return _("{high} 岁及以下").format(high=high)
    return _("{low}–{high} 岁").format(low=low, high=high) if high else _("{low} 岁及以上").format(low=low)


def _choice_bars(kind: str, choices: Mapping[str, int]) -> list[tuple[str, int, Wanted]]:
    key, _dot, name = kind.partition(".")
    table = code_table(category(key).field(name).codes)
    found = (
        (choice.removeprefix(f"{kind}="), count) for choice, count in choices.items() if choice.startswith(f"{kind}=")
    )
    return [
        (table.label(value, current_language()), count, Wanted(choices=((key, name, value),)))
        for value, count in sorted(found, key=lambda each: -each[1])
    ]


def _bars(bars: Iterable[tuple[str, int, Wanted]], kind: str) -> None:
    shown = [bar for bar in bars if bar[1]]
    if not shown:
        messages.plain(_("还没有可统计的人员"))
        return
    rows = pd.DataFrame({"name": name, "count": count} for name, count, _wanted in shown)
    pick = alt.selection_point(name="pick", fields=["name"])
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        x=alt.X("count:Q", title=None),
        tooltip=[alt.Tooltip("name:N", title=_("名称")), alt.Tooltip("count:Q", title=_("数量"))],
    )
    bar = base.mark_bar(color=COLOUR, cursor="pointer").add_params(pick)
    number = base.mark_text(align="left", dx=4).encode(text=alt.Text("count:Q", format=","))
    chart = (bar + number).properties(height=HEIGHT_OF_BAR * len(shown) + 30)
    event: Any = st.altair_chart(
        chart, width="stretch", on_select="rerun", selection_mode="pick", key=f"{KEY}/chart/{kind}"
    )
    picked = event["selection"].get("pick") or []
    chosen = {name: wanted for name, _count, wanted in shown}.get(picked[0].get("name", "")) if picked else None
    if chosen is not None:
        _open(chosen)


def _open(wanted: Wanted) -> None:
    st.switch_page("../pages/people.py", query_params=wanted.to_address())


def _health(seen: Overview) -> None:
    st.subheader(_("读卡器与短信"), anchor=False)
    status = reader_state()
    sent = "，".join(f"{sms_text(name)} {count}" for name, count in sorted(seen.sms.items()))
    reader = reader_text(status.state).format(seconds=0) if status else reader_text("off")
    messages.facts([(_("本机读卡器"), reader), (_("近 24 小时短信"), sent or _("没有发送过短信"))])


def sms_text(status: str) -> str:
    """What became of an SMS, in words; an unknown state reads as itself."""
    return {"queued": _("排队"), "sent": _("已发送"), "failed": _("失败"), "unknown": _("结果未知")}.get(status, status)

"""工作台: what waits, what was done, who is on file, what ends soon, whether reader and SMS work."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from app.access import delivery
from app.access.rights import Actor
from app.dashboard.overview import DAYS_REVIEWED, Overview, overview
from app.database import database
from app.dossiers.card_messages import reader_text
from app.dossiers.reading import reader_state
from app.dossiers.wanted import Wanted, facets
from app.locale import _, current_language, listed
from app.ui import linked_figures, messages, shell, tables
from app.ui.linked_figures import Figure
from app.validation import label
from data.codes import code_table
from data.models import categories, category

KEY = "dashboard"
BY = "by"
"""What of the address says what the bars count."""


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
    soon = (
        Figure(_("{days} 天内有到期的人员").format(days=days), count, _list(Wanted(expires=days, order="expiry")))
        for days, count in seen.expiring.items()
    )
    linked_figures.tiles(
        [
            Figure(_("在档人员"), seen.people, _list(Wanted())),
            Figure(_("待审核记录"), waiting, "/review"),
            Figure(_("有诚信记录的人员"), seen.holds.get("integrity", 0), _list(Wanted(holds=("integrity",)))),
            *soon,
        ],
        _("数字"),
    )


def _waiting(seen: Overview) -> None:
    st.subheader(_("等待审核"), anchor=False)
    if not seen.waiting:
        messages.plain(_("没有待审核的记录"))
        return
    now = datetime.now(UTC)
    names = {each.key: tables.name_of(each) for each in categories()}
    linked_figures.bars(
        [
            Figure(
                names.get(each.category, each.category),
                each.count,
                f"/review?{urlencode({'category': each.category})}",
                _("最久 {days} 天").format(days=(now - each.oldest).days),
            )
            for each in seen.waiting
        ],
        _("等待审核"),
    )


def _reviewed(seen: Overview) -> None:
    st.subheader(_("近 14 天的审核"), anchor=False)
    if not seen.reviewed:
        messages.plain(_("近 14 天没有审核过记录"))
        return
    days = [f"{seen.at.astimezone() - timedelta(ago):%m-%d}" for ago in reversed(range(DAYS_REVIEWED + 1))]
    rows = pd.DataFrame(
        {"day": f"{each.day:%m-%d}", "who": each.who or _("工作人员"), "count": each.count} for each in seen.reviewed
    )
    chart = alt.Chart(rows).mark_bar().encode(
        x=alt.X("day:O", title=None, scale=alt.Scale(domain=days), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("sum(count):Q", title=_("条")),
        color=alt.Color("who:N", title=None, legend=alt.Legend(orient="bottom")),
        tooltip=[alt.Tooltip("day:O", title=_("日期")), alt.Tooltip("who:N", title=_("审核人")), alt.Tooltip("count:Q", title=_("条"))],
    )  # fmt: skip
    st.altair_chart(chart.properties(height=240), width="stretch")


def _people(seen: Overview) -> None:
    st.subheader(_("人员构成（点条形打开名单）"), anchor=False)
    choices = {f"{key}.{field.key}": f"{tables.name_of(category(key))} · {label(field)}" for key, field in facets()}
    kinds = {"holds": _("有记录的人员，按类别"), "records": _("记录数，按类别"), "age": _("年龄"), **choices}
    asked = st.query_params.get(BY, "")  # in the address: whoever comes back from a list finds the same chart
    kind = st.selectbox(
        _("按什么统计"),
        list(kinds),
        index=list(kinds).index(asked) if asked in kinds else 0,
        format_func=kinds.__getitem__,
        key=f"{KEY}/kind",
        on_change=_count_by,
    )
    shown = [bar for bar in _bars(seen, kind) if bar.count]
    if shown:
        linked_figures.bars(shown, kinds[kind])
    else:
        messages.plain(_("还没有可统计的人员"))


def _count_by() -> None:
    st.query_params[BY] = st.session_state[f"{KEY}/kind"]


def _bars(seen: Overview, kind: str) -> list[Figure]:
    match kind:
        case "holds" | "records":
            return [_category_bar(seen, each.key, tables.name_of(each), kind) for each in categories()]
        case "age":
            return [
                Figure(_band(low, high), count, _list(Wanted(age_from=low, age_to=high)))
                for (low, high), count in seen.ages.items()
            ]
        case _:
            return _choice_bars(kind, seen.choices)


def _category_bar(seen: Overview, key: str, name: str, kind: str) -> Figure:
    people, address = seen.holds.get(key, 0), _list(Wanted(holds=(key,)))
    if kind == "holds":
        return Figure(name, people, address)
    return Figure(name, seen.records.get(key, 0), address, _("{count} 人").format(count=f"{people:,}"))


def _band(low: int, high: int) -> str:
    if not low:
        return _("{high} 岁及以下").format(high=high)
    return _("{low}–{high} 岁").format(low=low, high=high) if high else _("{low} 岁及以上").format(low=low)


def _choice_bars(kind: str, choices: Mapping[str, int]) -> list[Figure]:
    key, _dot, name = kind.partition(".")
    table = code_table(category(key).field(name).codes)
    found = (
        (choice.removeprefix(f"{kind}="), count) for choice, count in choices.items() if choice.startswith(f"{kind}=")
    )
    return [
        Figure(table.label(value, current_language()), count, _list(Wanted(choices=((key, name, value),))))
        for value, count in sorted(found, key=lambda each: -each[1])
    ]


def _list(wanted: Wanted) -> str:
    """The address of a list of people."""
    query = urlencode(wanted.to_address())
    return f"/people?{query}" if query else "/people"


def _health(seen: Overview) -> None:
    st.subheader(_("读卡器与短信"), anchor=False)
    status = reader_state()
    sent = listed(f"{delivery.status_text(name)} {count}" for name, count in sorted(seen.sms.items()))
    reader = reader_text(status.state).format(seconds=0) if status else reader_text("off")
    messages.facts([(_("服务器读卡器"), reader), (_("近 24 小时短信"), sent or _("没有发送过短信"))])

"""A record under review: its fields beside its attachment, what changed, hints, the person's other records."""

from html import escape

import streamlit as st

from app.locale import _
from app.moments import to_the_day, to_the_minute
from app.records.cases import Case, Earlier, FieldSeen
from app.records.hints import Hint
from app.ui import messages
from app.ui.components import picture
from app.ui.pictures import labels
from app.validation import item_alone

KEY = "review"


def draw(case: Case) -> None:
    """Attachment on the left where there is one, everything to read on the right."""
    if not case.category.attachment:
        _read(case)
        return
    left, right = st.columns([6, 5])
    with left:
        _pictures(case)
    with right:
        _read(case)


def _pictures(case: Case) -> None:
    if case.picture is None:
        messages.show("warning", _("这条信息没有附件"))
    else:
        title, content = case.picture
        picture(content, alt=title, key=f"{KEY}-picture", labels=labels())
    if case.former_picture is not None:
        title, content = case.former_picture
        with st.expander(_("附件已更换，查看原审核通过的附件")):
            picture(content, alt=title, key=f"{KEY}-former", labels=labels())


def _read(case: Case) -> None:
    st.html(_head(case) + _fields(case.fields) + _hints(case.hints) + _earlier(case.earlier) + _others(case))


def _head(case: Case) -> str:
    kind = _("修改后重新提交") if case.is_change else _("首次提交")
    facts = (case.number, case.birth, case.company, f"{to_the_minute(case.submitted_at)} · {kind}")
    lines = "".join(f"<li>{escape(fact)}</li>" for fact in facts if fact)
    return (
        f'<header class="cy-case"><h3>{escape(item_alone(case.category))} · <a href="/people?file={case.dossier_id}">'
        f"{escape(case.person)}</a></h3><ul>{lines}</ul></header>"
    )


def _fields(fields: list[FieldSeen]) -> str:
    rows = "".join(_field(field) for field in fields)
    return f'<dl class="cy-facts cy-one">{rows}</dl>'


def _field(field: FieldSeen) -> str:
    value = escape(field.value) or "&nbsp;"
    if field.former is None:
        return f"<div><dt>{escape(field.name)}</dt><dd>{value}</dd></div>"
    former = escape(field.former or _("（空）"))
    return f'<div class="cy-changed"><dt>{escape(field.name)}</dt><dd><ins>{value}</ins> <del>{former}</del></dd></div>'


def _hints(hints: list[Hint]) -> str:
    if not hints:
        return ""
    lines = "".join(f"<li>{_linked(hint)}</li>" for hint in hints)
    return _section("cy-hints", _("提示，供参考"), f"<ul>{lines}</ul>")


def _linked(hint: Hint) -> str:
    if hint.dossier_id is None:
        return escape(hint.message)
    return f'<a href="/people?file={hint.dossier_id}">{escape(hint.message)}</a>'


def _earlier(earlier: list[Earlier]) -> str:
    words = {"approved": _("通过"), "returned": _("退回"), "corrected": _("更正")}
    lines = "".join(
        f"<li>{to_the_day(each.at)} {escape(each.reviewer)} {escape(words[each.outcome])}"
        f"{escape('：' + each.reason) if each.reason else ''}</li>"
        for each in earlier
    )
    return _section("cy-others", _("以前的审核"), f"<ul>{lines}</ul>") if lines else ""


def _others(case: Case) -> str:
    parts = "".join(
        f"<h5>{escape(title)}</h5><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for title, lines in case.others
    )
    return _section("cy-others", _("本人的其他信息"), parts) if parts else ""


def _section(name: str, title: str, content: str) -> str:
    return f'<section class="{name}"><h4>{escape(title)}</h4>{content}</section>'

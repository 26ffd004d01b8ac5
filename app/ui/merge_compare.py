"""Two files of the same person beside each other, and what a merge will make of them."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from app.dossiers.masking import masked, masked_address, masked_mobile
from app.dossiers.merging import Compared, Double, Version
from app.locale import _, told
from app.moments import to_the_day
from app.records.trash import KEPT_DAYS, label_of
from app.ui import identity_view, messages, tables
from app.ui.components import Column, Row, record_table
from app.validation import label
from data.models import Dossier
from data.models.record import APPROVED, SUBMITTED

KEY = "merge"


def draw(compared: Compared) -> None:
    """Photos, values and records side by side; records that are there twice; what will happen, point by point."""
    for place, title, dossier in zip(st.columns(2), _titles(), (compared.kept, compared.other), strict=True):
        with place:
            messages.plain(title)
            if dossier.photo is None:
                messages.plain(_("没有照片"))
            else:
                identity_view.portrait(dossier.photo)
    _table(compared)
    if compared.doubles:
        _doubles(compared)
    messages.facts(list(_outcome(compared)))
    messages.show("warning", _("合并不能撤销。拿不准时请先核对两份档案的证件和附件。"))


def _titles() -> tuple[str, str]:
    return _("保留的档案"), _("关闭的档案")


def _table(compared: Compared) -> None:
    kept, other = (_facts(dossier) for dossier in (compared.kept, compared.other))
    rows = [
        (name, value, other[name], _("相同") if value == other[name] else _("不同")) for name, value in kept.items()
    ]
    rows += [(tables.name_of(of), str(mine), str(its), "") for of, mine, its in compared.counts if mine or its]
    (waiting, its_waiting), (signed, its_signed) = compared.waiting, compared.signed
    rows += [(_("待审核"), str(waiting), str(its_waiting), ""), (_("个人签名信息"), _day(signed), _day(its_signed), "")]
    record_table(
        [Column(_("项目"), 2), *(Column(title, 4) for title in _titles()), Column(_("比较"), 1)],
        [Row(str(at), cells) for at, cells in enumerate(rows)],
        actions=[],
        key=f"{KEY}-table",
        label=_("两份档案对照"),
        empty="",
    )


def _facts(dossier: Dossier) -> dict[str, str]:
    identity = identity_view.identity_values(dossier)
    identity |= {"number": masked(dossier.number), "address": masked_address(dossier.address)}
    facts = dict(identity_view.facts_of(identity))
    return facts | {_("手机号"): masked_mobile(dossier.mobile), _("建档时间"): _day(dossier.created_at)}


def _day(moment: datetime | None) -> str:
    return "" if moment is None else to_the_day(moment)


def _doubles(compared: Compared) -> None:
    record_table(
        [Column(_("两份档案都有的记录"), 3), Column(_("留下"), 4), Column(_("进回收站"), 4)],
        [
            Row(str(at), [label_of(double.category, double.stays.record), *_versions(compared, double)])
            for at, double in enumerate(compared.doubles)
        ],
        actions=[],
        key=f"{KEY}-doubles",
        label=_("两份档案都有的记录"),
        empty="",
    )


def _versions(compared: Compared, double: Double) -> Iterator[str]:
    """What is told of each of two records: whose it is, how far it came, its attachment, and the fields that differ."""
    for version, at in ((double.stays, 0), (double.goes, 1)):
        differing = [told(label(each), values[at]) for each, *values in double.differences]
        yield "\n".join([_about(compared, version), *differing])


def _about(compared: Compared, version: Version) -> str:
    record = version.record
    whose = _("保留档案的") if record.dossier_id == compared.kept.id else _("关闭档案的")
    state = {APPROVED: _("已审核") if record.approval_id else _("已登记"), SUBMITTED: _("待审核")}
    words = (whose, state.get(record.review_state, _("未提交")), _("有附件") if version.attached else "")
    return "　".join(filter(None, words))


def _outcome(compared: Compared) -> Iterator[tuple[str, str]]:
    kept, other = compared.kept, compared.other
    yield _("身份信息和照片"), _("以保留的档案为准；另一份关闭，仍可打开查看，并指向保留的档案")
    moved = sum(its for _of, _mine, its in compared.counts) - len(compared.doubles)
    text = _("{moved} 条连同附件和审核归入保留的档案；重复的 {doubles} 条进回收站，{days} 天内可以恢复")
    yield _("记录"), text.format(moved=moved, doubles=len(compared.doubles), days=KEPT_DAYS)
    if all(compared.signed):
        yield _("个人签名信息"), _("以较新的一份为准，另一份留在历史中")
    if other.mobile is not None:
        text = _("{mobile} 归入保留的档案") if kept.mobile is None else _("保留 {kept}；{mobile} 不能再登录")
        mobiles = {"mobile": masked_mobile(other.mobile), "kept": masked_mobile(kept.mobile)}
        yield _("手机号"), text.format(**mobiles)
    if any(compared.secured):
        mine, _its = compared.secured
        yield _("身份验证器"), _("沿用保留的档案的") if mine else _("另一份档案的归入保留的档案")
    yield _("登录"), _("两份证件的号码都可以登录，手机号用保留的档案的")

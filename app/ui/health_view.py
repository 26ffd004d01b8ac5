"""How the installation is, on the administrator's system page: facts, and a warning for each that is not well."""

from datetime import timedelta

import streamlit as st

from app import health, scanning
from app.access import breached
from app.database import database
from app.dossiers.card_messages import reader_text
from app.dossiers.reading import reader_state
from app.health import Health
from app.locale import _, either
from app.moments import to_the_minute
from app.settings import settings
from app.ui import guard, messages
from app.ui.safety import contained

WELL = {"card_present", "card_read", "no_card", "off"}
"""States of the reader at the server with which nothing is wrong."""


@st.fragment
@contained
def draw() -> None:
    """What is wrong on top, the facts under it, and a button that looks again."""
    with database().read() as db:
        found = health.health(db, guard.staff())
    reader, scanner, known = _reader(), scanning.state(), breached.state()
    title = _("运行状况")
    st.markdown(f"**{title}**")
    for text in _warnings(found, reader, scanner, known):
        messages.show("warning", text)
    messages.facts(
        [
            (_("最近的备份"), _backup(found)),
            (_("后台任务"), _jobs(found)),
            (_("短信（24 小时）"), _sms(found)),
            (_("服务器的读卡器"), reader_text(reader) if reader in WELL else _("不能读卡，原因见上")),
            (_("窗口电脑"), _desks(found)),
            (_("病毒扫描"), _scanner(scanner)),
            (_("泄露密码库"), _breached(known)),
        ]
    )
    st.button(_("刷新"), key="health-again")


def _warnings(found: Health, reader: str, scanner: scanning.State, known: breached.State) -> list[str]:
    texts = []
    if found.backup_is_late:
        texts.append(_("备份过期：没有足够新的、经过验证的备份。请查看服务器日志，或运行 python -m app backup"))
    if found.failing:
        texts.append(
            _("定时任务上次没有成功：{names}。请查看服务器日志").format(names=either("、", ", ").join(found.failing))
        )
    if found.sms.get("refused") and not found.sms.get("accepted"):
        texts.append(_("24 小时内没有一条短信发送成功，请检查短信网关"))
    if scanner == "away":
        texts.append(_("病毒扫描服务没有应答，现在不能上传任何文件。请检查 clamd"))
    if known == "unusable":
        texts.append(
            _("泄露密码库读不到或内容不对，现在不能设置任何新密码。请检查 CONGYE_BREACHED_PASSWORDS，原因见服务器日志")
        )
    if reader not in WELL:
        texts.append(reader_text(reader))
    return texts


def _backup(found: Health) -> str:
    if found.backup.verified_at is None or found.backup.age is None:
        return _("还没有") if settings().backup_hours else _("还没有（自动备份已关闭）")
    return _("{moment}，已验证，{age}前").format(
        moment=to_the_minute(found.backup.verified_at), age=_span(found.backup.age)
    )


def _jobs(found: Health) -> str:
    text = _("等待 {waiting}，进行 {running}，24 小时内未成功 {failed}")
    told = text.format(waiting=found.jobs_waiting, running=found.jobs_running, failed=found.jobs_failed)
    if found.waiting_since is None:
        return told
    return told + _("；最早的从 {moment} 起等待").format(moment=to_the_minute(found.waiting_since))


def _sms(found: Health) -> str:
    count = found.sms.get
    return _("送交 {accepted}，被拒 {refused}，结果不明 {unknown}").format(
        accepted=count("accepted", 0), refused=count("refused", 0), unknown=count("unknown", 0) + count("queued", 0)
    )


def _desks(found: Health) -> str:
    if found.desk_seen_at is None:
        return _("已配对 {count} 台").format(count=found.desks)
    return _("已配对 {count} 台，最近读卡 {moment}").format(count=found.desks, moment=to_the_minute(found.desk_seen_at))


def _scanner(scanner: scanning.State) -> str:
    return {"off": _("没有启用"), "well": _("正常"), "away": _("没有应答")}[scanner]


def _breached(known: breached.State) -> str:
    return {"off": _("没有启用"), "well": _("正常"), "unusable": _("不能使用，原因见上")}[known]


def _reader() -> str:
    status = reader_state()
    return status.state if status else "off"


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _("{count} 分钟").format(count=minutes)
    if minutes < 48 * 60:
        return _("{count} 小时").format(count=minutes // 60)
    return _("{count} 天").format(count=minutes // (24 * 60))

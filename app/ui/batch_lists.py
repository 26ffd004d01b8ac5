"""What a batch holds so far: counts, the list, the receipts; and the batches that were closed."""

import streamlit as st

from app.database import database
from app.dossiers import batches
from app.dossiers.card_messages import outcome_text
from app.dossiers.receipt import clock
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, messages
from app.ui.components import Column, Row, pdf_link, record_table
from data.models import IntakeBatch


def tally(batch: IntakeBatch) -> None:
    """How many cards came to what, in big figures."""
    with database().read() as db:
        counts = batches.counts(db, guard.staff(), batch.id)
    figures = [(_("合计"), counts.total()), *((outcome_text(each), counts[each]) for each in batches.OUTCOMES)]
    messages.figures([(name, str(count)) for name, count in figures])


def listing(batch: IntakeBatch) -> None:
    """The newest cards, newest first, and the receipts."""
    with database().read() as db:
        lines = batches.lines(db, guard.staff(), batch.id)
    st.markdown(f"**{_('本批清单')}**")
    if batch.company:
        messages.plain(_("送办单位：{company}").format(company=batch.company))
    columns = [Column(_("时间"), 2, "date"), Column(_("姓名"), 3), Column(_("证件号"), 4), Column(_("结果"), 5)]
    record_table(
        columns,
        [Row(str(at), (clock(line.at), line.name, line.number, line.text)) for at, line in enumerate(lines)],
        actions=[],
        key=f"batch-list-{batch.id}",
        label=_("本批清单"),
        empty=_("还没有读卡"),
    )
    if len(lines) == batches.PAGE_SIZE:
        messages.plain(_("这里只列最近 {count} 张，回执中有全部").format(count=batches.PAGE_SIZE))
    if lines:
        _receipts(batch)


def finished() -> None:
    """Batches that were closed, with their receipts."""
    with database().read() as db:
        found = batches.recent(db, guard.staff())
    if not found:
        return
    with st.expander(_("以前的批次"), expanded=True):
        for batch in found:
            name, links = st.columns([2, 1], vertical_alignment="center")
            with name:
                messages.plain(f"{to_the_minute(batch.started_at)}  {batch.company}")
            with links:
                _receipts(batch)


def _receipts(batch: IntakeBatch) -> None:
    with st.container(horizontal=True):
        address = f"/api/batch-receipt?batch={batch.id}&as="
        pdf_link(f"{address}pdf", _("回执 PDF"), key=f"receipt-pdf-{batch.id}")
        pdf_link(f"{address}xlsx", _("回执 Excel"), key=f"receipt-xlsx-{batch.id}")

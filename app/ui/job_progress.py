"""The progress of a background job on a page: it moves by itself, and the page can be left."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.jobs import queue
from app.locale import _, told
from app.ui import guard, messages
from app.ui.safety import contained
from data.models import Job

EVERY_SECONDS = 1.0


def show(actor: Actor, job_id: uuid.UUID) -> Job:
    """Show the bar while the job is not finished, or why it came to no result; returns the job as it stands."""
    with database().read() as db:
        job = queue.follow(db, actor, job_id)
    if job.state in queue.UNFINISHED:
        _bar(job_id)
    elif job.state != "done":
        messages.show("warning", outcome(job))
    return job


def outcome(job: Job) -> str:
    """In a few words, how the job stands."""
    words = {
        "queued": _("等待开始"),
        "running": _("正在进行"),
        "done": _("已完成"),
        "failed": _("没有成功"),
        "cancelled": _("已取消，已完成的部分保留"),
        "interrupted": _("已中断"),
    }
    return told(words[job.state], job.message) if job.message else words[job.state]


@st.fragment(run_every=EVERY_SECONDS)
@contained
def _bar(job_id: uuid.UUID) -> None:
    actor = guard.staff()
    with database().read() as db:
        job = queue.follow(db, actor, job_id)
    if job.state not in queue.UNFINISHED:
        st.rerun()
    figures = f"{job.done:,} / {job.total:,}" if job.total else f"{job.done:,}" if job.done else ""
    messages.plain("  ".join(filter(None, (outcome(job), figures))))
    st.progress(min(1.0, job.done / job.total) if job.total else 0.0)
    messages.plain(_("可以离开本页，任务会继续进行。"))
    if st.button(_("取消任务"), key=f"cancel-{job_id}", disabled=job.cancel_asked):
        with database().write() as db:
            queue.cancel(db, actor, job_id)
        st.rerun(scope="fragment")

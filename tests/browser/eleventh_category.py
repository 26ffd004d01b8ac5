"""A throw-away category: its class is all that there is of it."""

from datetime import date

from sqlalchemy.orm import Mapped

from data.models.declaration import Column, choice, day, declare, period_end, text
from data.models.record import Record


class SafetyTraining(Record):
    """安全培训."""

    __tablename__ = "safety_training"
    declared = declare(
        "work",
        "安全培训信息",
        "Safety training",
        item=("安全培训", "safety training"),
        known_by=("course",),
        columns=("course", Column(("started_on", "ended_on"), "培训时间", "Period", 2), "level"),
    )

    course: Mapped[str] = text("课程", "Course", required=True, max_length=10, wide=True)
    level: Mapped[str] = choice("级别", "Level", "skill_level", required=True)
    started_on: Mapped[date] = day("培训时间", "Period", required=True, past=True)
    ended_on: Mapped[date] = period_end("started_on", "结束时间", "End", required=True)

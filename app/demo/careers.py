"""A made-up working life: school, work and certificates in an order that could have happened."""

from dataclasses import dataclass
from datetime import date
from random import Random

from app.demo import words

AS_OF = date(2026, 10, 31)
"""Nothing happens after this day; only validity runs on."""

Row = dict[str, object]
MASTER_SHARE, WORKER_SHARE, INTEGRITY_SHARE = 0.3, 0.45, 0.25

REGISTRATIONS = {
    words.CONTRACTOR: (("constructor_1", "建筑工程"), ("constructor_2", "市政公用工程"), ("safety", "建筑施工安全")),
    words.DESIGN: (("architect_1", "建筑设计"), ("structural_1", "结构设计"), ("utility_water", "给水排水")),
    words.SUPERVISION: (("supervisor", "房屋建筑工程"), ("cost_1", "土木建筑工程")),
}
ROLES = {
    words.CONTRACTOR: (
        "general",
        ("project_manager", "technical_lead", "constructor", "safety_officer", "document_clerk"),
    ),
    words.DESIGN: ("design", ("design_lead", "discipline_lead", "designer", "checker")),
    words.SUPERVISION: ("supervision", ("chief_supervisor", "specialist_supervisor", "supervisor")),
    words.LABOUR: ("labour", ("foreman", "worker")),
}
# Years after graduation, code of the title table, name of the position that goes with it.
TITLE_STEPS = ((1, "084", "技术员"), (6, "083", "专业工程师"), (12, "082", "技术负责人"), (22, "081", "总工程师"))
# Years at work, code of the skill_level table.
LEVEL_STEPS = ((1, "5"), (4, "4"), (9, "3"), (16, "2"), (24, "1"))


@dataclass(frozen=True, slots=True)
class Course:
    """One time at school and what it ended with; `degree` is empty where none was given."""

    school: tuple[str, str, str]
    level: str
    degree: str
    major: str
    start: int
    years: int

    @property
    def issued_on(self) -> date:
        return date(self.start + self.years, 6, 30)


def career_rows(draw: Random, birth_date: date, company: str, *, complete: bool = False) -> dict[str, list[Row]]:
    """Rows by category key, field by field; `complete` puts rows into every category."""
    kind = words.COMPANIES[company]
    is_worker = kind == words.LABOUR or (kind == words.CONTRACTOR and draw.random() < WORKER_SHARE)
    if is_worker and not complete:
        return _worker(draw, birth_date, company)
    return _engineer(draw, birth_date, company, kind, complete=complete)


def _engineer(draw: Random, birth_date: date, company: str, kind: str, *, complete: bool) -> dict[str, list[Row]]:
    courses = _courses(draw, birth_date, kind, master=complete or draw.random() < MASTER_SHARE)
    graduated, major = courses[-1].issued_on.year, courses[-1].major
    years = AS_OF.year - graduated
    steps = [step for step in TITLE_STEPS if step[0] <= years - 1]
    is_known = complete or draw.random() < INTEGRITY_SHARE
    return {
        "education": [_education(draw, course) for course in courses],
        "degrees": [_degree(draw, course) for course in courses],
        "titles": [_title(draw, graduated + after, code, major) for after, code, _ in steps[-2:]],
        "registrations": [_registration(draw, company, kind)] if years >= 6 else [],
        "skills": [_skill(draw, "01", "4", AS_OF.year - 2)] if complete else [],
        "work": _engineers_work(draw, company, graduated, major, steps),
        "projects": [_project(draw, kind, graduated + 1, major) for _ in range(draw.randint(2, 4))]
        if years >= 3
        else [],
        "integrity": _integrity(draw, years, both=complete) if is_known else [],
    }


def _worker(draw: Random, birth_date: date, company: str) -> dict[str, list[Row]]:
    trade = draw.choice(tuple(words.TRADES))
    label, position = words.TRADES[trade]
    course = _vocational_course(draw, birth_date)
    started = course.issued_on.year + draw.randint(0, 2)
    levels = [step for step in LEVEL_STEPS if step[0] <= AS_OF.year - started - 1]
    first_day = date(started, draw.randint(7, 9), draw.randint(1, 28))
    return {
        "education": [_education(draw, course)],
        "degrees": [],
        "titles": [],
        "registrations": [],
        "skills": [_skill(draw, trade, level, started + after) for after, level in levels[-2:]],
        "work": [_work(company, first_day, None, title="G000", position=position, major=label)],
        "projects": [_project(draw, words.LABOUR, started, label) for _ in range(draw.randint(1, 2))],
        "integrity": _integrity(draw, AS_OF.year - started) if draw.random() < INTEGRITY_SHARE / 2 else [],
    }


def _school_year(birth_date: date, age: int) -> int:
    """The year of the September in which a child of that age begins; 31 August divides the years."""
    return birth_date.year + age + (1 if birth_date.month > 8 else 0)


def _courses(draw: Random, birth_date: date, kind: str, *, master: bool) -> list[Course]:
    major = draw.choice(words.DESIGN_MAJORS if kind == words.DESIGN else words.MAJORS)
    start = _school_year(birth_date, 18)
    courses = [Course(draw.choice(words.UNIVERSITIES), "21", "4", major, start, 4)]
    if master and start + 7 <= AS_OF.year:
        courses.append(Course(draw.choice(words.UNIVERSITIES), "14", "3", major, start + 4, 3))
    return courses


def _vocational_course(draw: Random, birth_date: date) -> Course:
    level = draw.choice(tuple(words.VOCATIONAL_SCHOOLS))
    return Course(words.VOCATIONAL_SCHOOLS[level], level, "", "建筑施工", _school_year(birth_date, 15), 3)


def _education(draw: Random, course: Course) -> Row:
    school, code, principal = course.school
    number = f"{code}1{course.issued_on.year}05{draw.randrange(10**6):06}"
    return {
        "school": school,
        "level": course.level,
        "duration": f"{course.years}年",
        "major": course.major,
        "principal": principal,
        "started_on": date(course.start, 9, 1),
        "ended_on": course.issued_on,
        "certificate_number": number,
        "issued_on": course.issued_on,
        # Electronic registration began in 2001.
        "electronic_number": number if course.issued_on.year > 2000 else None,
    }


def _degree(draw: Random, course: Course) -> Row:
    school, code, principal = course.school
    is_engineering = course.major not in {"工程管理", "工程造价"}
    return {
        "school": school,
        "degree": course.degree,
        "degree_name": ("工学" if is_engineering else "管理学") + {"4": "学士", "3": "硕士"}[course.degree],
        "major": course.major,
        "chair": principal,
        "certificate_number": f"{code}{course.degree}{course.issued_on.year}{draw.randrange(10**6):06}",
        "issued_on": course.issued_on,
    }


def _title(draw: Random, year: int, code: str, major: str) -> Row:
    board = f"{words.CITY}建设工程系列{'中级' if code == '083' else '初级' if code == '084' else '高级'}职称评审委员会"
    issuer = f"{words.CITY}人力资源和社会保障局"
    return {
        "title": code,
        "major": major,
        "committee": board,
        "approved_on": date(year, draw.randint(9, 12), draw.randint(1, 28)),
        "review_number": f"云职评〔{year}〕{draw.randint(1, 99)}号",
        "certificate_number": f"YJ{year}{code}{draw.randrange(10**5):05}",
        "issuer": issuer,
        "seal_unit": issuer,
    }


def _registration(draw: Random, company: str, kind: str) -> Row:
    category, major = draw.choice(REGISTRATIONS[kind])
    number = draw.randrange(10**6)
    registered = date(AS_OF.year - draw.choice((1, 1, 2, 2, 4)), draw.randint(1, 12), draw.randint(1, 28))
    valid_until = registered.replace(year=registered.year + 3)
    return {
        "category": category,
        "major": major,
        "certificate_number": f"云{registered.year}{number:06}",
        "seal_number": f"云{number:06}（00）",
        "company": company,
        "registered_on": registered,
        "valid_until": valid_until,
        "state": "valid" if valid_until >= AS_OF else "expired",
    }


def _skill(draw: Random, trade: str, level: str, year: int) -> Row:
    issued = date(year, draw.randint(3, 10), draw.randint(1, 28))
    return {
        "name": f"建筑工人职业技能培训合格证书（{words.TRADES[trade][1]}）",
        "level": level,
        "trade": trade,
        "certificate_number": f"YJJN{issued.year}{trade}{draw.randrange(10**5):05}",
        "issued_on": issued,
        "valid_from": issued,
        "valid_to": issued.replace(year=issued.year + 6),
        "issuer": f"{words.CITY}建设行业职业技能培训中心",
    }


def _engineers_work(
    draw: Random, company: str, graduated: int, major: str, steps: list[tuple[int, str, str]]
) -> list[Row]:
    began = date(graduated, draw.randint(7, 8), draw.randint(1, 28))
    title, position = (steps[-1][1], steps[-1][2]) if steps else ("G000", "技术员")
    if AS_OF.year - graduated < 8:
        return [_work(company, began, None, title=title, position=position, major=major)]
    others = [name for name, kind in words.COMPANIES.items() if kind != words.LABOUR and name != company]
    changed = graduated + draw.randint(3, 6)
    first = _work(draw.choice(others), began, date(changed, 6, 30), title="084", position="技术员", major=major)
    return [first, _work(company, date(changed, 7, 1), None, title=title, position=position, major=major)]


def _work(employer: str, started: date, ended: date | None, *, title: str, position: str, major: str) -> Row:
    return {
        "employer": employer,
        "started_on": started,
        "ended_on": ended,
        "title": title,
        "position": position,
        "major": major,
    }


def _project(draw: Random, kind: str, not_before: int, major: str) -> Row:
    contract, roles = ROLES[kind]
    year = draw.randint(max(not_before, AS_OF.year - 12), AS_OF.year)
    return {
        "filing_number": f"{year % 100:02}YJ{draw.randint(1, 9999):04}",
        "name": draw.choice(words.PROJECT_PLACES) + draw.choice(words.PROJECT_WORKS),
        "contract_type": contract,
        "role": draw.choice(roles),
        "major": major,
    }


def _integrity(draw: Random, years: int, *, both: bool = False) -> list[Row]:
    """One record out of the working years, or a good and a bad one."""
    good, bad = words.INTEGRITY[:3], words.INTEGRITY[3:]
    chosen = [draw.choice(good), draw.choice(bad)] if both else [draw.choice(words.INTEGRITY)]
    rows: list[Row] = []
    for kind, reason, prefix, authority, public_years in chosen:
        year = AS_OF.year - draw.randint(0, min(3, max(years - 1, 0)))
        occurred = date(year, draw.randint(1, 10), draw.randint(1, 28))
        rows.append(
            {
                "kind": kind,
                "reason": reason,
                "document_number": f"{prefix}〔{year}〕{draw.randint(1, 300)}号",
                "authority": authority,
                "occurred_on": occurred,
                "published_until": occurred.replace(year=year + public_years),
            }
        )
    return rows

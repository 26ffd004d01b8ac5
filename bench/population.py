"""Made-up people by the hundred thousand: always the same ones, nobody's numbers, written past the application."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.demo import words
from data.bulk import bulk_insert
from data.codes import code_table
from data.models import Base, Dossier, Education, Integrity, Project, Registration, Skill, Title, Work
from data.models.dossier import mobile_index, number_index
from devices.id_number import check_digit

SEED = 20261101
BATCH = 10_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = date(2026, 11, 1)
MORE_SURNAMES = "钱汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙伏岑习胥保和蔺"
GIVEN = (
    words.GIVEN_MALE
    + words.GIVEN_FEMALE
    + "思雨子涵梓轩天佑嘉豪晨曦若彤诗琪博文泽楷语桐安然可馨乐怡昊宸家栋俊凯少康启航世昌兴业国庆爱民卫东红旗长江小兵大勇金山银花玉珍素芬桂香淑贤"
)
PLACES = [
    "云江",
    "东屏",
    "南坪",
    "石桥",
    "望云",
    "滨河",
    "新港",
    "青石",
    "桂林路",
    "长洲",
    "临泽",
    "海宁门",
    "白鹭",
    "金沙",
    "银川路",
    "永兴",
    "福田桥",
    "太平",
    "龙泉",
    "虎丘",
]
BRANDS = [
    "宏达",
    "恒基",
    "中天",
    "华夏",
    "天宇",
    "正大",
    "广厦",
    "龙腾",
    "金鼎",
    "瑞丰",
    "鑫源",
    "建宏",
    "安泰",
    "博远",
    "诚信",
    "东方",
    "精工",
    "联盛",
    "万通",
    "启明",
    "同力",
    "众合",
    "立信",
    "远景",
    "筑友",
    "匠心",
]
TRADES = [
    "建筑工程",
    "市政建设",
    "装饰装修",
    "机电安装",
    "地基基础",
    "园林绿化",
    "钢结构",
    "劳务",
    "工程监理",
    "项目管理",
    "勘察设计",
    "消防工程",
]
FORMS = ["有限公司", "集团有限公司", "股份有限公司", "有限责任公司"]
MODELS: tuple[type[Base], ...] = (Dossier, Education, Title, Registration, Skill, Work, Project, Integrity)
Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass
class _Choices:
    """Values to draw from, the first the most frequent (Zipf)."""

    values: list[str]
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.values))))

    def draw(self, random: Random) -> str:
        return random.choices(self.values, cum_weights=self.weights)[0]


def batches(people: int, at_once: int = BATCH) -> Iterator[Rows]:
    """All rows of so many people with about six records each, some people at a time."""
    random = Random(SEED)  # noqa: S311  repeatable, not secret
    companies = _Choices(_companies(max(20, people // 50), random))
    surnames = _Choices([*words.SURNAMES, *words.COMPOUND_SURNAMES, *dict.fromkeys(MORE_SURNAMES)])
    given = _Choices(list(dict.fromkeys(GIVEN)))
    for start in range(0, people, at_once):
        rows: Rows = defaultdict(list)
        for index in range(start, min(start + at_once, people)):
            _person(index, random, _name(random, surnames, given), companies, rows)
        yield rows


def write(db: Session, rows: Rows) -> None:
    """Insert a batch as it is. Neither audit nor search index are touched."""
    for model in MODELS:
        bulk_insert(db, Base.metadata.tables[model.__tablename__], rows[model])


def _companies(count: int, random: Random) -> list[str]:
    names = [
        f"{place}{brand}{more}{trade}{form}"
        for more in ("", "兴", "盛", "新", "安", "和", "通", "利")
        for form in FORMS
        for trade in TRADES
        for brand in BRANDS
        for place in PLACES
    ]
    return random.sample(names, min(count, len(names)))


def _name(random: Random, surnames: _Choices, given: _Choices) -> str:
    surname = surnames.draw(random)
    return surname + "".join(given.draw(random) for _ in range(1 if random.random() < 0.2 else 2))


def _id(index: int, random: Random) -> uuid.UUID:
    """A UUID version 7 of its turn, a second after the one before."""
    moment = int(BEGIN.timestamp() * 1000) + index * 100
    return uuid.UUID(int=moment << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62))


def person_number(index: int) -> str:
    """The document number of the person who came at `index`; its area code was never assigned."""
    born = _born(index)
    first = f"1901{index // 14_000_000 + 1:02}{born:%Y%m%d}{index // 14_000 % 1000:03}"
    return first + check_digit(first)


def _born(index: int) -> date:
    return date(1964, 1, 1) + timedelta(days=index % 14_000)


def person_mobile(index: int) -> str:
    """The mobile of the person who came at `index`, in E.164."""
    return f"+86199{index:08}"


def _person(index: int, random: Random, name: str, companies: _Choices, rows: Rows) -> None:
    key = _id(index, random)
    at = BEGIN + timedelta(milliseconds=100 * index)
    number, mobile = person_number(index), person_mobile(index)
    has_mobile = random.random() < 0.8
    stamps = {"created_at": at, "updated_at": at}
    rows[Dossier].append(
        {
            "id": key, "document_type": "resident_id", "number": number, "number_index": number_index(number),
            "name": name, "sex": "1" if int(number[16]) % 2 else "2", "ethnicity": "01", "birth_date": _born(index),
            "address": f"云江市{random.choice(words.DISTRICTS)}{random.choice(words.STREETS)} {index % 999} 号",
            "authority": "云江市公安局", "valid_from": date(2015, 1, 1), "valid_to": date(2035, 1, 1), "photo": None,
            "mobile": mobile if has_mobile else None, "mobile_index": mobile_index(mobile) if has_mobile else None,
            "self_service": "window" if has_mobile else None, "source": "card", "state": "open", **stamps,
        }
    )  # fmt: skip
    for model, record in _records(random, companies, index):
        rows[model].append({"id": _id(index, random), "dossier_id": key, "version": 1, **stamps, **record})


def _records(random: Random, companies: _Choices, index: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    company = companies.draw(random)
    year = _born(index).year + 22
    major = random.choice(words.MAJORS)
    serial = f"{index:07}{random.randrange(1000):03}"
    day = date(min(year, 2025), random.randint(1, 12), random.randint(1, 28))
    yield Education, {
        "school": random.choice(words.UNIVERSITIES)[0], "level": _code(random, "education_level"), "duration": "4年",
        "major": major, "principal": "某某", "started_on": day - timedelta(1400), "ended_on": day,
        "certificate_number": f"9{serial}", "issued_on": day, "electronic_number": f"9{serial}",
    }  # fmt: skip
    yield Work, {
        "employer": company, "started_on": day, "ended_on": None, "title": "G000", "position": "技术员", "major": major,
    }  # fmt: skip
    if random.random() < 0.6:
        yield Work, {
            "employer": companies.draw(random), "started_on": day, "ended_on": day + timedelta(700), "title": "G000",
            "position": "技术员", "major": major,
        }  # fmt: skip
    if random.random() < 0.8:
        yield Title, {
            "title": _code(random, "title"), "major": major, "committee": "某评审委员会", "approved_on": day,
            "review_number": f"P{serial}", "certificate_number": f"Z{serial}", "issuer": "某局", "seal_unit": "某局",
        }  # fmt: skip
    if random.random() < 0.5:
        until = TODAY + timedelta(days=random.randint(-300, 1000))
        yield Registration, {
            "category": _code(random, "registration_category"), "major": major, "certificate_number": f"R{serial}",
            "seal_number": f"S{serial}", "company": company, "registered_on": until - timedelta(1095),
            "valid_until": until, "state": "valid" if until > TODAY else "expired",
        }  # fmt: skip
    if random.random() < 0.7:
        until = TODAY + timedelta(days=random.randint(-300, 2000))
        yield Skill, {
            "name": "技能培训合格证书", "level": _code(random, "skill_level"), "trade": _code(random, "trade"),
            "certificate_number": f"J{serial}", "issued_on": until - timedelta(2190),
            "valid_from": until - timedelta(2190), "valid_to": until, "issuer": "某中心",
        }  # fmt: skip
    for _ in range(random.choices((0, 1, 3), (3, 3, 1))[0]):
        yield Project, {
            "filing_number": f"26YJ{random.randrange(9999):04}", "name": f"{random.choice(words.PROJECT_PLACES)}工程",
            "contract_type": "general", "role": "worker", "major": major,
        }  # fmt: skip
    if random.random() < 0.1:
        yield Integrity, {
            "kind": _code(random, "integrity_kind"), "reason": "某事由", "document_number": f"C{serial}",
            "authority": "某单位", "occurred_on": date(2025, 3, 4), "published_until": date(2027, 3, 4),
        }  # fmt: skip


def _code(random: Random, table: str) -> str:
    codes = code_table(table).codes
    return codes[min(int(random.expovariate(3 / len(codes))), len(codes) - 1)].value

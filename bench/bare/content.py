"""What the bare pages show: constants, as many rows and choices as the product's pages have."""

import csv
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
MENU = {
    "identity": "个人基本信息", "education": "学历证书信息", "titles": "职称信息", "registrations": "注册信息",
    "skills": "技能培训证书信息", "projects": "工程业绩", "integrity": "个人诚信记录", "signature": "个人签名信息",
}  # fmt: skip
COLUMNS = ("工作单位", "开始时间", "结束时间", "从事工作专业", "职务", "职称", "审核状态")
ROWS = [
    (f"云江宏达建筑工程有限公司第{number}分公司", f"20{number:02}-03-01", f"20{number:02}-11-30", "建筑工程", "技术员", "技术员", "草稿")
    for number in range(1, 9)
]  # fmt: skip
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
CATEGORIES = {"work": "工作经历", "skills": "技能培训证书"}
KINDS = ("有记录的人员，按类别", "记录数，按类别", "年龄", "学历证书 · 学历", "学位证书 · 学位", "职称信息 · 职称",
         "注册信息 · 注册类别", "技能培训证书信息 · 级别", "技能培训证书信息 · 专业工种", "个人诚信记录 · 记录类型")  # fmt: skip
TILES = {
    "在档人员": 10_000,
    "待审核记录": 400,
    "有诚信记录的人员": 1_024,
    "30 天内有到期的人员": 211,
    "90 天内有到期的人员": 640,
}
WAITING = {"工作经历": 240, "技能培训证书信息": 160}
BARS = {
    "学历证书信息": 10_000, "职称信息": 8_012, "注册信息": 5_003, "技能培训证书信息": 7_021, "工作经历": 10_000,
    "工程业绩": 5_700, "个人诚信记录": 1_024,
}  # fmt: skip


def choices(table: str) -> list[str]:
    """The choices of a code table."""
    lines = (ROOT / "data" / "codes" / f"{table}.csv").read_text("utf-8").splitlines()
    return [row["zh"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))]


TITLES = choices("title")


def case(number: int, kind: str) -> str:
    """A record under review with the person's other records, as markup."""
    facts = ("1901**********123X", "1980-01-02", "云江宏达建筑工程有限公司", "2026-11-01 09:30 · 首次提交")
    lines = "".join(f"<li>{fact}</li>" for fact in facts)
    names: tuple[str, ...]
    values: tuple[str, ...]
    if kind == "skills":
        names = ("证书名称", "级别", "专业工种", "证书编号", "发证日期", "证书有效期", "有效期止", "发证机关")
        values = (
            "技能培训合格证书",
            "中级",
            "钢筋",
            f"J{number:010}",
            "2021-01-01",
            "2021-01-01",
            "2027-01-01",
            "某中心",
        )
    else:
        names = ("工作单位", "起止时间", "结束时间", "职称", "职务", "从事工作专业")
        values = (f"云江宏达建筑工程有限公司第{number}分公司", "2020-03-01", "至今", "技术员", "技术员", "建筑工程")
    fields = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in zip(names, values, strict=True))
    others = "".join(f"<h5>{name}</h5><ul><li>{' '.join(values)}</li></ul>" for name in list(MENU.values())[1:5])
    return (
        f'<header class="cy-case"><h3>{CATEGORIES[kind]} · <a href="/people?file={number}">某某{number}</a></h3>'
        f'<ul>{lines}</ul></header><dl class="cy-facts cy-one">{fields}</dl>'
        f'<section class="cy-others"><h4>本人的其他信息</h4>{others}</section>'
    )


def picture(number: int) -> bytes:
    """A picture as large as a scanned certificate, another one for each number."""
    return _grain() + str(number).encode()


@cache
def _grain() -> bytes:
    out = BytesIO()
    Image.effect_noise((559, 794), 10).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def tiles() -> str:
    """The dashboard's big figures."""
    items = "".join(
        f'<li><a href="/people?{at}"><strong>{count:,}</strong><span>{name}</span></a></li>'
        for at, (name, count) in enumerate(TILES.items())
    )
    return f'<ul class="cy-tiles" aria-label="数字">{items}</ul>'


def bars(figures: dict[str, int], label: str) -> str:
    """One line a figure."""
    most = max(figures.values())
    items = "".join(
        f'<li><a href="/people?{at}"><span>{name}</span><span class="cy-bar"><i style="width: {100 * count / most:.1f}%">'
        f"</i></span><strong>{count:,}</strong></a></li>"
        for at, (name, count) in enumerate(figures.items())
    )
    return f'<ul class="cy-bars" aria-label="{label}">{items}</ul>'

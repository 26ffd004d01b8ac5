"""The guide's rules for an attachment, and what a file misses, each with the file's own figure."""

from dataclasses import dataclass

from app.attachments.decode import MAX_BYTES as MAX_READ_BYTES
from app.attachments.decode import kind_of, opened
from app.attachments.sources import Dpi, Size
from app.errors import UserError
from app.isolation import isolated
from app.locale import _

KILOBYTE = 1024
LIMIT_BYTES = 300 * KILOBYTE
"""A file is smaller than this."""
LOWEST_DPI, HIGHEST_DPI = 72, 100

# 比例 1:1 is the scale of the scan: its pixels at its resolution are the certificate in its own size. What that size
# is, a file does not tell, but certificates lie between a card (ISO/IEC 7810 ID-1, 54×86 mm) and an opened A3 folder
# (297×420 mm). The bounds leave a few millimetres for a card cut close and for the rim a scanner adds.
SMALLEST_MM = (50, 80)
LARGEST_MM = (310, 440)


@dataclass(frozen=True)
class Problem:
    """A rule that a file misses; the code is stable."""

    code: str
    message: str


@dataclass(frozen=True)
class Finding:
    """What a file is. Size and resolution are known for a JPG that can be read; otherwise `error` tells why not."""

    kind: str
    size_bytes: int
    size: Size | None = None
    dpi: Dpi | None = None
    error: UserError | None = None


@dataclass(frozen=True)
class Conforming:
    """A JPG that keeps all rules. Width and height in pixels."""

    content: bytes
    width: int
    height: int
    dpi: int


def requirements() -> str:
    """The guide's sentence."""
    return _("附件要求：分辨率 72dpi~100dpi，比例 1:1，类型 JPG，大小小于300KB")


def inspect(content: bytes, filename: str) -> Finding:
    """Measure a file; a JPG is decoded once, at an eighth of its size, so that a truncated one is found."""
    finding = Finding(kind_of(content), len(content))
    if finding.kind != "JPG" or len(content) > MAX_READ_BYTES:
        return finding
    try:
        with opened(content, filename) as source:
            source.draw((1, 1))
            return Finding(finding.kind, len(content), source.size, source.dpi)
    except UserError as error:
        return Finding(finding.kind, len(content), error=error)


@isolated
def check(content: bytes, filename: str) -> list[Problem]:
    """The rules a file misses, none for a conforming one.

    Codes: `empty_file`, `unreadable`, `not_jpg`, `size`, `no_dpi`, `dpi_differ`, `dpi`, `scale`, and those of
    UserErrors for a JPG that cannot be read (`broken_file`, `too_many_pixels`, `too_many_scans`).
    """
    return _problems(inspect(content, filename), filename)


def conforming(content: bytes, filename: str = "") -> Conforming:
    """A file that keeps all rules, with its figures. Raises UserError with the code of the first rule missed."""
    finding = inspect(content, filename)
    problems = _problems(finding, filename)
    if problems or finding.size is None or finding.dpi is None:
        raise UserError(problems[0].code, "\n".join(problem.message for problem in problems))
    return Conforming(content, *finding.size, dpi=round(finding.dpi[0]))


def scale_fits(size: Size, dpi: Dpi) -> bool:
    """Whether the picture, at its own resolution, has the size of a certificate."""
    shorter, longer = sorted(millimetres(size, dpi))
    return SMALLEST_MM[0] <= shorter <= LARGEST_MM[0] and SMALLEST_MM[1] <= longer <= LARGEST_MM[1]


def millimetres(size: Size, dpi: Dpi) -> tuple[int, int]:
    """Width and height on paper, whole millimetres."""
    return round(size[0] / dpi[0] * 25.4), round(size[1] / dpi[1] * 25.4)


def _problems(finding: Finding, filename: str) -> list[Problem]:
    if not finding.size_bytes:
        message = _("文件「{name}」是空的（0 字节），请重新选择").format(name=filename)
        return [Problem("empty_file", message)]
    problems = [*_kind(finding, filename), *_bytes(finding)]
    if finding.error:
        problems.append(Problem(finding.error.code, finding.error.message))
    elif finding.size:
        problems += _resolution(finding.size, finding.dpi)
    return problems


def _kind(finding: Finding, filename: str) -> list[Problem]:
    if finding.kind == "JPG":
        return []
    if not finding.kind:
        return [Problem("unreadable", _("无法识别文件「{name}」的类型，要求 JPG").format(name=filename))]
    return [Problem("not_jpg", _("文件实际类型为 {kind}，要求 JPG").format(kind=finding.kind))]


def _bytes(finding: Finding) -> list[Problem]:
    if finding.size_bytes < LIMIT_BYTES:
        return []
    message = _("文件大小 {got} KB，要求小于 {want} KB")
    got = -(-finding.size_bytes // KILOBYTE)
    return [Problem("size", message.format(got=got, want=LIMIT_BYTES // KILOBYTE))]


def _resolution(size: Size, dpi: Dpi | None) -> list[Problem]:
    want = {"lowest": LOWEST_DPI, "highest": HIGHEST_DPI}
    if dpi is None:
        return [Problem("no_dpi", _("未标明分辨率，要求 {lowest}–{highest} dpi").format(**want))]
    across, down = round(dpi[0]), round(dpi[1])
    if across != down:
        message = _("横向分辨率 {across} dpi 与纵向 {down} dpi 不同，比例不是 1:1")
        return [Problem("dpi_differ", message.format(across=across, down=down))]
    problems = []
    if not LOWEST_DPI <= across <= HIGHEST_DPI:
        message = _("分辨率为 {got} dpi，要求 {lowest}–{highest} dpi")
        problems.append(Problem("dpi", message.format(got=across, **want)))
    if not scale_fits(size, (across, down)):
        message = _(
            "按 {dpi} dpi 计算，原件为 {width}×{height} 毫米，比例不是 1:1（证件在卡片 54×86 毫米与 A3 297×420 毫米之间）"
        )
        width, height = millimetres(size, (across, down))
        problems.append(Problem("scale", message.format(dpi=across, width=width, height=height)))
    return problems

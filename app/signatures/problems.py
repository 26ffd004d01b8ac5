"""What can be wrong with a scan, told with what to do. The codes are stable: they are stored, exported and tested."""

from app.locale import _

CODES = (
    "no_qr",
    "foreign_qr",
    "two_sheets",
    "no_marks",
    "mark_missing",
    "box_cut_off",
    "low_resolution",
    "empty_box",
    "faint",
    "touches_frame",
    "too_small",
    "blurred",
    "outdated_sheet",
    "double",
    "placed_by_hand",
)


def problem_text(code: str) -> str:
    """The message for a problem code, in the language in use. Raises KeyError for an unknown code."""
    return {
        "no_qr": _("没有找到采集表的二维码，无法自动核对是谁的采集表。请将整页扫描或拍清楚"),
        "foreign_qr": _("二维码不是本系统打印的采集表。请重新打印采集表后签名"),
        "two_sheets": _("一张图片里有两张采集表。请每张采集表单独扫描"),
        "no_marks": _("没有找到四角的方形标记，无法准确裁出签名。请将整页平整地扫描，不要裁边"),
        "mark_missing": _("四角的方形标记不全，签名位置可能不准。请核对裁出的签名"),
        "box_cut_off": _("签名框没有完整地在图片里。请将整页扫描或拍进去"),
        "low_resolution": _("图片太小，签名不够清楚。请用 150 dpi 以上扫描，或拍近一些"),
        "empty_box": _("签名框里没有签名。请亲笔签名后再扫描上传"),
        "faint": _("签名太淡。请用黑色签字笔签名，或调深扫描浓度"),
        "touches_frame": _("签名碰到或超出了签名框。请重新打印一张，把名字签在框内"),
        "too_small": _("签名太小。请把名字签得大一些"),
        "blurred": _("图片模糊。请擦净镜头、拿稳手机对准后重拍，或用扫描仪扫描"),
        "outdated_sheet": _("这不是最新打印的采集表。如有更新的一张，请以最新的为准"),
        "placed_by_hand": _("签名框是手工框选的，请核对裁出的签名"),
        "double": _("同一个人有两张采集表。请核对用哪一张"),
    }[code]

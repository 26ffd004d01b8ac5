"""What a clerk reads when the reader or the card is not as it should be: what is wrong, and the mend."""

from app.locale import _


def reader_text(code: str) -> str:
    """The message for a state or error of the reader. Raises KeyError for an unknown code."""
    return {
        "pyscard_missing": _(
            "没有安装读卡程序包 pyscard。请管理员安装 gcc 与 libpcsclite-dev 后运行 pip install -r requirements.txt；在此之前可用「其他证件」手工录入"
        ),
        "daemon_missing": _(
            "读卡服务 pcscd 没有运行。请管理员安装并启动：apt-get install pcscd libccid，然后运行 pcscd；在此之前可用「其他证件」手工录入"
        ),
        "usb_missing": _(
            "没有安装 USB 读卡程序包 pyusb 或 libusb。请管理员运行 pip install pyusb，并安装 libusb（Debian：apt-get install libusb-1.0-0）；在此之前可用「其他证件」手工录入"
        ),
        "reader_denied": _(
            "没有权限打开读卡器。请管理员给运行本程序的用户授权：串口加入 dialout 组，USB 读卡器添加 udev 规则（docs/readers.md）"
        ),
        "no_reader": _("没有找到读卡器。请插好读卡器的 USB 线，几秒后会自动识别"),
        "no_card": _("请将身份证放在读卡器上"),
        "card_present": _("已放好证件，请点击「读卡」"),
        "card_read": _("这张证件已读，请取走，再放下一张"),
        "timeout": _("等了 {seconds} 秒没有读到证件。请将身份证平放在读卡器上，再点击「读卡」"),
        "card_removed": _("读卡过程中证件被移开。请重新放好，等读完再取走"),
        "reader_removed": _("读卡器断开了。请插好读卡器的 USB 线，等几秒后再点击「读卡」"),
        "not_an_id_card": _("这不是身份证，或读卡器没有身份证安全模块。请换身份证，或用「其他证件」手工录入"),
        "reader_busy": _("读卡器正被另一个程序占用。请关闭其他读卡程序后再点击「读卡」"),
        "read_failed": _("读卡失败。请将证件移开，重新放好后再点击「读卡」"),
        "bad_data": _("证件内容读不完整。请将证件移开，重新放好后再点击「读卡」；仍不行请手工录入"),
        "lift_card": _("没有读到新的证件。刚读过的证件若还在读卡器上，请拿起后重新放好，再点击「读卡」"),
        "module_fault": _("读卡器的安全模块自检失败或未授权。请拔下读卡器重新插好；仍不行请联系读卡器厂家"),
        "off": _("本服务器没有启用读卡器（设置 CONGYE_CARD_SOURCE），请用「其他证件」手工录入"),
    }[code]


def warning_text(code: str) -> str:
    """The message for something that does not fit on the card. Raises KeyError for an unknown code."""
    return {
        "birth_differs_from_number": _("出生日期与身份证号不一致，请核对证件"),
        "sex_differs": _("性别与身份证号不一致，请核对证件"),
        "check_digit": _("身份证号未通过校验，请核对证件"),
        "prefix_differs": _("身份证号与证件种类不一致，请核对证件"),
        "expired": _("证件已过有效期，请提醒换证"),
        "not_yet_valid": _("证件尚未到生效日期，请核对证件"),
        "birth_unreadable": _("证件中的出生日期读不出，请在「其他证件」中手工录入"),
        "validity_unreadable": _("证件中的有效期限读不出，请在「其他证件」中手工录入"),
        "legacy_number": _("证件上是 15 位旧号码，已按规则换算为 18 位，请核对"),
        "rare_character": _("姓名或住址中有未公开编码的生僻字，请核对显示是否正确"),
    }[code]


def compared_text() -> str:
    """What a clerk ticks who keeps a card that contradicts itself."""
    return _("已对照证件原件，号码、出生日期、性别确如芯片所示，照此保存（记入操作日志）")


def outcome_text(outcome: str) -> str:
    """What became of a card of a batch. Raises KeyError for an unknown outcome."""
    return {
        "created": _("新建档"),
        "updated": _("已更新"),
        "unchanged": _("无变化"),
        "double": _("本批重复"),
        "skipped": _("已跳过"),
        "failed": _("失败"),
    }[outcome]

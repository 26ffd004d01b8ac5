"""Which gateway is made, and what the documents say of it."""

import sys
from pathlib import Path

import pytest

from app.access.sms import GatewayConfigError, contract, make_gateway, templates
from tests.access.sms.listener import MESSAGE, settings_with

DOCUMENT = (Path(__file__).parents[3] / "docs" / "sms.md").read_text("utf-8")


def test_the_outbox_accepts_what_is_already_stored() -> None:
    receipt = make_gateway(settings_with(sms_gateway="outbox")).send(MESSAGE)
    assert (receipt.status, receipt.gateway_id) == ("accepted", MESSAGE.message_id)


@pytest.mark.parametrize(
    ("name", "package"), [("aliyun", "alibabacloud_dysmsapi20170525"), ("tencent", "tencentcloud")]
)
def test_a_missing_sdk_is_told_with_its_remedy(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The import system itself refuses a module whose entry is None.
    for loaded in [module for module in sys.modules if module.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.delitem(sys.modules, f"app.access.sms.{name}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(GatewayConfigError, match=r"requirements-sms\.txt") as caught:
        make_gateway(settings_with(sms_gateway=name))
    assert caught.value.code == "sms_extra_missing"


@pytest.mark.parametrize("code", sorted(contract.CONFIG_ERRORS))
def test_every_configuration_error_is_documented(code: str) -> None:
    assert f"| `{code}` |" in DOCUMENT


@pytest.mark.parametrize("name", sorted(templates.SAMPLE))
def test_every_placeholder_is_documented(name: str) -> None:
    assert f"| `{{{name}}}` |" in DOCUMENT

"""Somebody at the log-in page, without a browser: solves the captcha, asks for a dynamic password, logs in with it."""

import re
import uuid
from dataclasses import dataclass, field

from sqlalchemy import select

from app.access.mobiles import national
from app.access.tokens import new_token
from app.ui.cookies import Visits
from bench.client import StreamlitClient
from data.models import Dossier
from tests.browser.site import Site

MESSAGE = re.compile(r'class="cy-message cy-(?:error|warning)"[^>]*>([^<]*)<')


@dataclass
class Visitor:
    """One browser at the log-in page, for one person's file."""

    site: Site
    dossier_id: uuid.UUID
    client: StreamlitClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = StreamlitClient(self.site.address, {Visits.name: new_token()})
        with self.site.database.read() as db:
            dossier = db.scalars(select(Dossier).where(Dossier.id == self.dossier_id)).one()
            self._number, self._mobile = dossier.number, national(dossier.mobile or "")

    def ask_for_code(self) -> str:
        """Ask for a code; returns what the page tells, empty when it tells that one was sent."""
        self.site.forget_limits()
        self.client.open("login")
        self._fill()
        self.client.click("获取动态密码")
        return told(self.client)

    def log_in(self, code: str) -> str:
        """Log in on the page as it stands; returns what it tells, empty when it lets the person in."""
        self.site.forget_limits()
        self.client.rerun()
        self._fill()
        self.client.fill("text_input", "动态密码", code)
        self.client.click("登录")
        if any("/api/session?ticket=" in data["url"] for data in self.client.data_of("go_to")):
            return ""
        return told(self.client) or "nothing was told"

    def _fill(self) -> None:
        self.client.fill("text_input", "证件号", self._number)
        self.client.fill("text_input", "手机号码", self._mobile)
        if self.client.has("text_input", "验证码"):
            self.client.fill("text_input", "验证码", self.site.captcha_answer())


def told(client: StreamlitClient) -> str:
    """The errors and warnings that stand on the page."""
    return "\n".join(MESSAGE.findall(client.texts()))

"""A practitioner who works without end: adds, changes, deletes, uploads; and remembers what the page said was done."""

import random
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from app.access import sessions
from app.access.rights import Role
from app.access.tokens import new_token
from app.ui.cookies import SESSION, Visits
from bench.client import RunFailedError, StreamlitClient
from tests.attachments.pictures import conforming_jpg
from tests.torture.installation import Installation
from tests.torture.visitor import told

BROKEN = (OSError, TimeoutError, WebSocketException, httpx.TransportError)
"""What a client sees when a server dies under it."""
WAIT_SECONDS = 20.0
PAUSE_SECONDS = 0.2
UNEXPLAINED = "程序出错"
"""How the message begins that only gives a number for the log."""


@dataclass
class Row:
    """What one record should be. `doubtful` holds the value that was sent and not answered; "" stands for deleted."""

    value: str
    attached: bool = False
    doubtful: str | None = None
    doubtful_attachment: bool = False


@dataclass
class Worker:
    """One person in one tab. `rows` is by the text that names a record: what a client was told, and nothing else."""

    installation: Installation
    dossier_id: uuid.UUID
    name: str
    rows: dict[str, Row] = field(default_factory=dict)
    saved: int = 0
    failures: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """The errors that pages told."""
    busy: threading.Event = field(default_factory=threading.Event)
    """Set as soon as this person has done something."""
    _made: int = 0

    def work(self, stop: threading.Event, seed: int) -> None:
        """Work until told to stop, or until the server dies."""
        chance = random.Random(seed)
        with StreamlitClient(self.installation.site.address, self._cookies(), wait_seconds=WAIT_SECONDS) as client:
            try:
                client.open("skills")
                while not stop.is_set():
                    self._one_act(client, chance)
                    self.busy.set()
            except BROKEN:
                return
            except (RunFailedError, httpx.HTTPStatusError) as error:
                # A page that tells an error is right while the database is away, and only then.
                self._note(client, error)
                if not self.installation.database_killed:
                    self.failures.append(str(error))

    def endure(self, stop: threading.Event, seed: int) -> None:
        """Work until told to stop, whatever happens: after each error the page is opened anew."""
        chance, cookies = random.Random(seed), self._cookies()
        while not stop.is_set():
            with StreamlitClient(self.installation.site.address, dict(cookies), wait_seconds=WAIT_SECONDS) as client:
                try:
                    client.open("skills")
                    while not stop.is_set():
                        self._one_act(client, chance)
                        self.busy.set()
                except BROKEN:
                    stop.wait(PAUSE_SECONDS)
                except (RunFailedError, httpx.HTTPStatusError) as error:
                    self._note(client, error)
                    stop.wait(PAUSE_SECONDS)

    def _note(self, client: StreamlitClient, error: Exception) -> None:
        """A page that did not do what was asked says why, in a sentence that is no riddle."""
        text = told(client)
        if not text or UNEXPLAINED in text:
            self.failures.append(f"told {text!r}: {error}")
        self.told.append(text)

    def _cookies(self) -> dict[str, str]:
        """Those of a browser in which this person has logged in."""
        visit = new_token()
        with self.installation.site.database.write() as db:
            opened = sessions.redeem(db, visit, sessions.issue_ticket(db, visit, Role.PRACTITIONER, self.dossier_id))
        assert opened
        return {Visits.name: visit, SESSION: opened[0]}

    def _one_act(self, client: StreamlitClient, chance: random.Random) -> None:
        sure = [name for name, row in self.rows.items() if row.value and row.doubtful is None]
        act = chance.random()
        if len(sure) < 2 or act < 0.45:
            self._add(client, upload=chance.random() < 0.5)
        elif act < 0.8:
            self._change(client, chance.choice(sure))
        else:
            self._delete(client, chance.choice(sure))

    def _add(self, client: StreamlitClient, *, upload: bool) -> None:
        self._made += 1
        name = f"{self.name}-{self._made}"
        row = self.rows[name] = Row(value="", doubtful="0")
        client.click("新增技能培训证书")
        client.fill("text_input", "证书名称", name)
        client.fill("selectbox", "级别", client.find("selectbox", "级别").options[0])
        client.fill("selectbox", "专业工种", client.find("selectbox", "专业工种").options[0])
        client.fill("text_input", "证书编号", "0")
        client.fill("date_input", "发证日期", "2020-03-25")
        client.fill("date_input", "证书有效期", "2020-03-25")
        client.fill("date_input", "有效期止", "2030-03-25")
        client.fill("text_input", "发证机关", "某建设培训中心")
        client.click("保存")
        self._settle(client, name, "0")
        if upload:
            row.doubtful_attachment = True
            client.upload("选择文件", "scan.jpg", conforming_jpg())
            client.click("上传")
            if "附件已上传" not in client.texts():
                raise RunFailedError(f"upload refused: {client.texts()[-300:]}")
            row.attached, row.doubtful_attachment = True, False
            self.saved += 1
        else:
            client.click("关闭")

    def _change(self, client: StreamlitClient, name: str) -> None:
        row = self.rows[name]
        value = str(int(row.value) + 1)
        client.trigger("record_table", "clicked", {"action": "edit", "row": self._listed(client)[name][0]})
        client.fill("text_input", "证书编号", value)
        row.doubtful = value
        client.click("保存")
        self._settle(client, name, value)

    def _delete(self, client: StreamlitClient, name: str) -> None:
        client.trigger("record_table", "clicked", {"action": "delete", "row": self._listed(client)[name][0]})
        self.rows[name].doubtful = ""
        client.click("确定删除")
        if name in self._listed(client):
            raise RunFailedError(f"{name} is still listed")
        self.rows[name] = Row(value="")
        self.saved += 1

    def _settle(self, client: StreamlitClient, name: str, value: str) -> None:
        """The page shows the new value: that is what “saved” means to a person."""
        listed = self._listed(client)
        if name not in listed or listed[name][1] != value:
            raise RunFailedError(f"{name} is not shown as {value}: {client.texts()[-300:]}")
        row = self.rows[name]
        row.value, row.doubtful = value, None
        self.saved += 1

    def _listed(self, client: StreamlitClient) -> dict[str, tuple[str, str]]:
        """Records on the page by name: their id and certificate number."""
        tables: list[dict[str, Any]] = client.data_of("record_table")
        for table in tables:
            labels = [column["label"] for column in table["columns"]]
            if "证书编号" in labels:
                break
        else:
            raise RunFailedError(f"no list of certificates: {client.texts()[-300:]}")
        place = labels.index("证书编号")
        return {row["cells"][0]: (row["id"], row["cells"][place]) for row in table["rows"]}

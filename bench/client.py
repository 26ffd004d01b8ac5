"""A browserless client of the served pages over Streamlit's own WebSocket, for load and for crashes.

It keeps the elements of a page as its script sends them, and answers as the browser does: with the state of all widgets,
and the names of the large messages that it has and need not be sent again.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, RunIdentity
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from bench.widgets import adopted, typed

XSRF = "_streamlit_xsrf"
WAIT_SECONDS = 30.0
KEPT_RUNS = 2
"""So many runs of its script a browser keeps a large message (over 10 KB) that was not drawn again."""
Path = tuple[int, ...]


class RunFailedError(Exception):
    """The script of a page ended with an exception, or the page does not have what was looked for."""


@dataclass
class Shown:
    """An element on the page: what kind, its message, the fragment and the run that drew it."""

    kind: str
    proto: Any
    fragment: str
    run: str


@dataclass
class StreamlitClient:
    """One tab of one browser. `cookies` are sent with everything; `sent` and `received` count bytes."""

    address: str
    cookies: dict[str, str]
    wait_seconds: float = WAIT_SECONDS
    sent: int = 0
    received: int = 0
    shown: dict[Path, Shown] = field(default_factory=dict)
    _values: dict[str, WidgetState] = field(default_factory=dict)
    _kept: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _runs: int = 0
    _connected: ExitStack = field(default_factory=ExitStack)
    _socket: ClientConnection | None = None
    _session: str = ""
    _page: str = ""
    _query: str = ""
    _page_hash: str = ""
    _run: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def open(self, page: str) -> None:
        """Open a page, as `people?q=…`, as a new tab does: a connection, and the first run of the script."""
        self.close()
        self.shown, self._values, self._kept, self._page_hash = {}, {}, {}, ""
        self._page, _mark, self._query = page.strip("/").partition("?")
        with httpx.Client(base_url=self.address, cookies=self.cookies, timeout=self.wait_seconds) as http:
            http.get("/_stcore/health").raise_for_status()
            self.cookies |= {cookie.name: cookie.value or "" for cookie in http.cookies.jar}
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit"), Subprotocol(self.cookies.get(XSRF, "x"))],
            additional_headers={"Cookie": cookie},
            origin=Origin(self.address),
            max_size=None,
            open_timeout=self.wait_seconds,
            ping_interval=None,  # a browser sends none
            proxy=None,
        )
        self._socket = self._connected.enter_context(connection)
        self.rerun()

    def close(self) -> None:
        """Leave the page."""
        self._connected.close()
        self._socket = None

    def rerun(self, *triggers: WidgetState, fragment: str = "") -> None:
        """Run the page (or one fragment) with the state of all widgets and wait until it is drawn. Raises RunFailedError."""
        self.ask(*triggers, fragment=fragment)
        self.look()

    def ask(self, *triggers: WidgetState, fragment: str = "") -> None:
        """Ask for such a run, and do not wait for it."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.page_script_hash, state.fragment_id = self._page, self._page_hash, fragment
        state.query_string = self._query
        state.cached_message_hashes.extend(self._kept)
        state.widget_states.widgets.extend([*self._values.values(), *triggers])
        state.context_info.url = f"{self.address}/{self._page}"
        state.context_info.locale = "zh-CN"
        self._send(message)

    def wait_for_page(self) -> None:
        """Wait until the page begins to be drawn, not a fragment: a browser stops the timers of fragments then."""
        for message in self._messages():
            if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
                return

    def find(self, kind: str, label: str) -> Any:
        """The widget with this label. Raises RunFailedError."""
        for shown in self.shown.values():
            if shown.kind == kind and shown.proto.label.strip() == label:
                return shown.proto
        have = [shown.proto.label for shown in self.shown.values() if shown.kind == kind]
        raise RunFailedError(f"no {kind} {label!r} among {have}")

    def has(self, kind: str, label: str) -> bool:
        """Whether there is a widget with this label."""
        return any(shown.kind == kind and shown.proto.label.strip() == label for shown in self.shown.values())

    def fill(self, kind: str, label: str, value: object) -> None:
        """Put a value into a text (str), selectbox (its text), date (2014-03-25) or checkbox (bool)."""
        state = typed(kind, self.find(kind, label).id, value)
        self._values[state.id] = state

    def click(self, label: str) -> None:
        """Press a button and wait until the page is drawn. Raises RunFailedError."""
        button = self.find("button", label)
        self.rerun(WidgetState(id=button.id, trigger_value=True), fragment=self.fragment_of(button.id))

    def trigger(self, component: str, event: str, value: object) -> None:
        """Let a component of ours send an event, as the click on a row's button does."""
        found = next((each.proto for each in self.shown.values() if _is_component(each, component)), None)
        if found is None:
            raise RunFailedError(f"no component {component}")
        payload = json.dumps([{"event": event, "value": value}])
        widget = f"$$STREAMLIT_INTERNAL_KEY_{found.id}__events"
        self.rerun(WidgetState(id=widget, json_trigger_value=payload), fragment=self.fragment_of(found.id))

    def data_of(self, component: str) -> list[Any]:
        """What the page gave to each component of this name."""
        found = [each.proto for each in self.shown.values() if _is_component(each, component)]
        return [json.loads(proto.json or proto.mixed.json) for proto in found]

    def upload(self, label: str, name: str, content: bytes) -> None:
        """Choose a file in an uploader and wait until the page is drawn. Raises RunFailedError."""
        uploader = self.find("file_uploader", label)
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.session_id = self._session
        message.file_urls_request.file_names.append(name)
        self._send(message)
        urls = self._read_until("file_urls_response").file_urls_response.file_urls[0]
        headers = {"X-Xsrftoken": self.cookies.get(XSRF, ""), "Origin": self.address}
        with httpx.Client(base_url=self.address, cookies=self.cookies, timeout=self.wait_seconds) as http:
            http.put(urls.upload_url, files={name: (name, content)}, headers=headers).raise_for_status()
        state = WidgetState(id=uploader.id)
        kept = state.file_uploader_state_value.uploaded_file_info.add()
        kept.name, kept.size, kept.file_id = name, len(content), urls.file_id
        kept.file_urls.CopyFrom(urls)
        self._values[state.id] = state
        self.rerun(fragment=self.fragment_of(uploader.id))

    def texts(self) -> str:
        """Everything that stands on the page as text or markup, one element a line."""
        return "\n".join(
            str(getattr(shown.proto, "body", "") or getattr(shown.proto, "json", "")) for shown in self.shown.values()
        )

    def fragment_of(self, widget: str) -> str:
        """The fragment that drew this widget; empty where the page did."""
        return next((each.fragment for each in self.shown.values() if getattr(each.proto, "id", None) == widget), "")

    def _send(self, message: BackMsg) -> None:
        assert self._socket is not None  # noqa: S101  `open` comes first
        content = message.SerializeToString()
        self.sent += len(content)
        self._socket.send(content)

    def _receive(self, deadline: float) -> ForwardMsg:
        assert self._socket is not None  # noqa: S101
        content = self._socket.recv(timeout=max(0.0, deadline - time.monotonic()))
        assert isinstance(content, bytes)  # noqa: S101  the protocol is binary
        self.received += len(content)
        message = ForwardMsg()
        message.ParseFromString(content)
        return message

    def _messages(self) -> Iterator[ForwardMsg]:
        """What comes within the time to wait, each taken in first. Raises TimeoutError."""
        deadline = time.monotonic() + self.wait_seconds
        while True:
            message = self._receive(deadline)
            self._take(message)
            yield message

    def _read_until(self, kind: str) -> ForwardMsg:
        return next(message for message in self._messages() if message.WhichOneof("type") == kind)

    def look(self) -> None:
        """Wait until something is drawn that was asked for. Raises RunFailedError or TimeoutError."""
        for message in self._messages():
            if message.WhichOneof("type") != "script_finished":
                continue
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue  # the script asked for another run, which follows by itself
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise RunFailedError("the script does not compile")
            self._forget_stale(message.metadata.run)
            if not message.metadata.run.fragment_ids:
                self._forget_kept()
            self._refuse_exceptions()
            return

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                new = message.new_session
                self._run = message.metadata.run.script_run_id
                if self._page_hash not in ("", new.page_script_hash):
                    self.shown.clear()  # A browser keeps the frame around the page, and nothing of the page.
                self._session, self._page_hash = new.initialize.session_id or self._session, new.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "delta":
                if message.metadata.cacheable:
                    self._kept[message.hash] = (self._runs, message.delta)
                self._draw(tuple(message.metadata.delta_path), message.delta)
            case "ref_hash":
                _run, delta = self._kept[message.ref_hash]
                self._kept[message.ref_hash] = (self._runs, delta)
                self._draw(tuple(message.metadata.delta_path), delta)

    def _draw(self, path: Path, delta: Any) -> None:
        kind = delta.WhichOneof("type")
        if kind == "new_element":
            name = delta.new_element.WhichOneof("type")
            proto = getattr(delta.new_element, name)
        elif kind == "add_block":
            name, proto = "block", delta.add_block
        else:
            return
        self.shown[path] = Shown(name, proto, delta.fragment_id, self._run)
        if getattr(proto, "set_value", False) and (state := adopted(name, proto)):
            self._values[state.id] = state

    def _forget_stale(self, run: RunIdentity) -> None:
        """Take away what a run did not draw again, as the browser does: of the page, or of the fragments it was for; values
        of widgets go with them."""
        fragments = set(run.fragment_ids)
        self.shown = {
            path: shown
            for path, shown in self.shown.items()
            if shown.run == run.script_run_id or (fragments and shown.fragment not in fragments)
        }
        widgets = {getattr(shown.proto, "id", "") for shown in self.shown.values()}
        self._values = {name: state for name, state in self._values.items() if name in widgets}

    def _forget_kept(self) -> None:
        """Forget large messages as the browser does, some runs after they were drawn last."""
        self._runs += 1
        self._kept = {name: kept for name, kept in self._kept.items() if self._runs - kept[0] <= KEPT_RUNS}

    def _refuse_exceptions(self) -> None:
        for shown in self.shown.values():
            if shown.kind == "exception":
                raise RunFailedError(f"{shown.proto.type}: {shown.proto.message}")


def _is_component(shown: Shown, name: str) -> bool:
    return shown.kind == "bidi_component" and shown.proto.component_name.endswith(name)

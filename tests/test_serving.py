"""How the application is served."""

import socket
import threading
import time

import httpx
import uvicorn

from app import serving
from app.server import listening
from app.settings import Settings
from tests.browser.site import free_port


def test_nothing_that_is_sent_waits_for_what_was_sent_before() -> None:
    port = free_port()
    server = uvicorn.Server(listening(serving.options(Settings(port=port))))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
            assert browser.get("/api/health").text == "ok"
            (connection,) = server.server_state.connections
            line = connection.transport.get_extra_info("socket")
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        server.should_exit = True
        thread.join()

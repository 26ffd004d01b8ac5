"""A TCP proxy between server and database that can cut every connection, make all of them slow, or pass nothing on."""

import random
import socket
import threading
import time
from contextlib import suppress

PIECE = 4096
SLOWEST_SECONDS = 0.03


class Proxy:
    """Listens on a port of its own and passes on to `port`, both on this machine."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._chance = random.Random(port)
        self.slow = False
        self._flows = threading.Event()
        self._flows.set()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection there is, in the middle of whatever passes."""
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _close(line)

    def hang(self) -> None:
        """Keep every connection open, take new ones too, and pass nothing on."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on again, first what was held back."""
        self._flows.set()

    def close(self) -> None:
        """End the proxy."""
        self._listener.close()
        self.flow()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                _close(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._lines |= {client, server}
            for one, other in ((client, server), (server, client)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(PIECE):
                if self.slow:
                    time.sleep(self._chance.random() * SLOWEST_SECONDS)
                self._flows.wait()
                other.sendall(piece)
        _close(one)
        _close(other)
        with self._lock:
            self._lines -= {one, other}


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()

"""python -m devices.agent: reads cards at a desk for the server's pages.

`pair SERVER CODE` once, with the code that the administrator was shown; then without arguments, always.
Needs pyscard, pyserial and the standard library; pyusb too for modules on USB.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from devices import desk_protocol
from devices.desk_config import DeskConfig, PairingError, default_path, pair
from devices.desk_server import DeskServer
from devices.drivers import choose
from devices.usb_ids import KNOWN, parse_ids

SOURCES = ("local", "pcsc", "serial", "usb", "cvr", "synjones", "zkteco")
log = logging.getLogger("devices.agent")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="python -m devices.agent", description="Reads cards at a desk")
    root.add_argument("--config", type=Path, default=default_path(), help="where the desk's key is kept")
    root.add_argument("--port", type=int, default=desk_protocol.PORT, help=f"port on 127.0.0.1 ({desk_protocol.PORT})")
    root.add_argument("--source", choices=SOURCES, default="local", help="kind of reader (local: whatever there is)")
    root.add_argument("--reader", default="", help="name of the PC/SC or USB reader (its beginning) or serial port")
    root.add_argument("--usb", type=parse_ids, default=KNOWN, metavar="IDS", help="USB readers, as 0400:C35A,2B19:0200")
    commands = root.add_subparsers(dest="command")
    pairing = commands.add_parser("pair", help="belong to a server, with the code that its administrator was shown")
    pairing.add_argument("server", help="the server's address, https://…")
    pairing.add_argument("code", help="the code")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Pair this desk, or serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = parser().parse_args(arguments)
    try:
        if given.command == "pair":
            pair(given.server, given.code).save(given.config)
            log.info("this desk belongs to %s now", given.server)
            return 0
        config = DeskConfig.load(given.config)
    except PairingError as error:
        log.error("%s", error)  # noqa: TRY400 - for people, without a trace
        return 1
    if config is None:
        log.error("this desk is not paired: python -m devices.agent pair https://… CODE")
        return 1
    server = DeskServer(config, choose(given.source, given.reader, usb_ids=given.usb), given.port)
    log.info("reading for %s on http://127.0.0.1:%d", config.origin, server.port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

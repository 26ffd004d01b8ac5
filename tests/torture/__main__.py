"""python -m tests.torture: the long form of the crash tests and of the faults."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from data.keys import new_keyring
from data.vault import install_vault
from tests.torture import codes, surroundings
from tests.torture.crowd import killed
from tests.torture.faults import suffer
from tests.torture.harness import Outcome
from tests.torture.troubles import FAULTS

KILLS = "kills"
CODES = {"sms service in trouble": codes.with_bad_sms, "codes and a jumping clock": codes.with_jumping_clock}
DATABASES = ("sqlite", "postgresql")
PARTS = (KILLS, *(fault.name for fault in FAULTS), *CODES)

parser = argparse.ArgumentParser(prog="python -m tests.torture")
parser.add_argument("--database", choices=DATABASES, action="append")
parser.add_argument("--part", choices=PARTS, action="append", help="only these; without it, everything")
parser.add_argument("--kills", type=int, default=250, help="for each database")
parser.add_argument("--at-once", type=int, default=4, help="installations that are killed side by side")
parser.add_argument("--rounds", type=int, default=3, help="how often each fault comes and goes")
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--seed", type=int, default=1)
given = parser.parse_args()
install_vault(new_keyring())  # a site puts back the keys that were in use before it
parts = given.part or PARTS


def broken_in(kind: str) -> Iterator[str]:
    """Let every fault that was asked for come and go on one database; the promises that were broken."""
    for fault in FAULTS:
        if fault.name not in parts or kind not in fault.databases:
            continue
        if fault.mounts and not surroundings.can_mount():
            print(f"{kind}, {fault.name}: not run, no disk may be mounted here")
            continue
        suffered = suffer(fault, kind, clients=given.clients, rounds=given.rounds, seed=given.seed)
        yield from suffered.broken
    for name, run in CODES.items():
        if name in parts:
            found = run(kind)
            print(f"{kind}, {name}: {len(found)} promises broken")
            yield from found


def broken_by_kills(kinds: Sequence[str]) -> Iterator[str]:
    """Kill on all these databases; the promises that were broken, each after its database."""
    total = {kind: Outcome() for kind in kinds}
    for kind, outcome in killed(kinds, given.kills, given.clients, given.seed, given.at_once):
        total[kind].kills += outcome.kills
        total[kind].saved += outcome.saved
        total[kind].told += outcome.told
        total[kind].broken += outcome.broken
    for kind, sum_ in total.items():
        print(
            f"{kind}: {sum_.kills} kills, {sum_.saved} changes saved, {sum_.told} refusals told, "
            f"{len(sum_.broken)} promises broken"
        )
        yield from (f"{kind}: {each}" for each in sum_.broken)


kinds = given.database or DATABASES
broken = list(broken_by_kills(kinds)) if KILLS in parts else []
broken += [f"{kind}: {each}" for kind in kinds for each in broken_in(kind)]
print(*broken, sep="\n")
sys.exit(bool(broken))

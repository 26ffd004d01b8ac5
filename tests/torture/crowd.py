"""Many kills: several installations side by side, for most of a kill is waiting."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from data.keys import new_keyring
from data.vault import install_vault
from tests.torture import surroundings
from tests.torture.harness import Outcome, torture
from tests.torture.installation import installed


def killed(kinds: Sequence[str], kills: int, clients: int, seed: int, at_once: int) -> Iterator[tuple[str, Outcome]]:
    """Kill `kills` times on each database; the kind and the outcome of each installation as it is done."""
    shares = [(kind, share) for share in _shares(kills, max(1, at_once // len(kinds))) for kind in kinds]
    # Each in a process of its own: the keys in use are one process's.
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(_one, number, kind, share, clients, seed + number): kind
            for number, (kind, share) in enumerate(shares)
        }
        for done in as_completed(running):
            error = done.exception()
            yield running[done], Outcome(broken=[f"the harness stopped: {error!r}"]) if error else done.result()


def _shares(kills: int, parts: int) -> list[int]:
    return [kills // parts + (part < kills % parts) for part in range(parts)]


def _one(number: int, kind: str, kills: int, clients: int, seed: int) -> Outcome:
    install_vault(new_keyring())  # a site puts back the keys that were in use before it

    def tell(text: str) -> None:
        sys.stdout.write(f"{kind}, installation {number}: {text}\n")
        sys.stdout.flush()

    with surroundings.folder() as home, installed(kind, home, people=clients) as installation:
        return torture(installation, kills=kills, clients=clients, seed=seed, tell=tell)

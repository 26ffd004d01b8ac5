"""python -m tests.fuzz: the long form, with a limit of memory."""

import argparse
import resource
import sys
import time
import warnings

from tests.fuzz.running import fuzz
from tests.fuzz.targets import TARGETS

MEMORY_BYTES = 512 * 1024 * 1024

parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
parser.add_argument("--cases", type=int, default=1_000_000, help="for each target")
parser.add_argument("--target", choices=[target.name for target in TARGETS], action="append")
parser.add_argument("--seed", type=int, default=1)
given = parser.parse_args()
warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_DATA)[1]))
found = 0
for target in TARGETS:
    if given.target and target.name not in given.target:
        continue
    cases, begun = given.cases // target.one_of, time.monotonic()
    findings = list(fuzz(target, cases, given.seed))
    found += len(findings)
    print(f"{target.name}: {cases} cases, {len(findings)} findings, {time.monotonic() - begun:.0f} s", flush=True)
    for finding in findings[:20]:
        print(f"  {finding.problem}\n    {finding.content[:400].hex()}")
sys.exit(bool(found))

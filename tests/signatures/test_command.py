"""python -m app signatures: sheets printed and their scans read, as scripts do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from tests.signatures.paper import overlap

pytestmark = pytest.mark.xdist_group("signature command")

ROOT = Path(__file__).parents[2]
KEYS = ["file", "page", "dossier", "sheet", "box", "signature", "problems"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with three made-up people."""
    home = tmp_path_factory.mktemp("home")
    run(home, "-m", "tests.browser.fill", "3")
    return home


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONGYE_HOME": str(home), "CONGYE_DEMO": "1", "CONGYE_DATABASE_URL": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_sheets_are_printed_and_read_again(home: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "sheets.pdf"
    printed = run(home, "-m", "app", "signatures", "sheets", "--all", "--out", str(pdf))
    assert (printed.returncode, printed.stdout) == (0, f"3 sheets in {pdf}\n")
    pages = [page.render(scale=150 / 72).to_pil() for page in pdfium.PdfDocument(pdf)]
    for page in pages[:2]:
        page.paste((20, 30, 120), (400, 620, 800, 626))
    scan = tmp_path / "扫描.tif"
    pages[0].save(scan, save_all=True, append_images=[pages[1].rotate(180), pages[2], Image.new("RGB", pages[0].size)])
    (tmp_path / "坏.jpg").write_bytes(b"no picture")

    read = run(
        home,
        "-m",
        "app",
        "signatures",
        "read",
        str(scan),
        str(tmp_path / "坏.jpg"),
        "--json",
        "--out",
        str(tmp_path / "out"),
    )
    assert read.returncode == 1
    lines = [json.loads(line) for line in read.stdout.splitlines()]
    assert [list(line) for line in lines] == [KEYS] * 5
    assert [(line["page"], line["problems"]) for line in lines] == [
        (1, []), (2, []), (3, ["empty_box"]), (4, ["no_qr", "no_marks"]), (0, ["unsupported_file"]),
    ]  # fmt: skip
    assert len({line["dossier"] for line in lines[:3]} - {None}) == 3
    assert [line["dossier"] for line in lines[3:]] == [None, None]
    scale = 150 / 25.4
    box = np.array([(45, 84), (185, 84), (185, 146), (45, 146)]) * scale
    turned = np.array(pages[0].size) - box
    for line, truth in zip(lines[:2], (box, turned), strict=True):
        assert overlap(np.array(line["box"]), truth) > 0.99
        assert np.abs(np.array(line["box"]) - truth).max() < 3
        assert Image.open(line["signature"]).mode == "RGBA"
    assert lines[2]["signature"] is None


def test_a_person_who_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    nobody = "00000000-0000-0000-0000-000000000001"
    told = run(home, "-m", "app", "signatures", "sheets", "--dossier", nobody, "--out", str(tmp_path / "x.pdf"))
    assert (told.returncode, told.stderr.splitlines()[-1]) == (1, "没有这份档案")


def test_a_place_that_cannot_be_written_is_named(home: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "none" / "x.pdf"
    told = run(home, "-m", "app", "signatures", "sheets", "--all", "--out", str(pdf))
    assert (told.returncode, told.stderr.splitlines()[-1]) == (1, f"{pdf}: No such file or directory")

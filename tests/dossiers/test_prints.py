"""A printed file can be checked by anybody with the public key: as PDF, as picture, as the text of its code."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from app.access.rights import SYSTEM
from app.audit import trail
from app.dossiers import printing
from app.dossiers.print_pdf import text_of
from app.dossiers.prints import Print, checked, code, public_key
from app.errors import UserError
from app.records import service as records
from app.signatures import pads
from app.signatures.drawn import drawing
from app.signatures.geometry import POINTS_PER_MM
from data.engine import Database
from data.keys import new_keyring
from data.models import Dossier, category
from data.vault import vault
from tests.people import ADMINISTRATOR, NUMBER, REVIEWER, WORK
from tests.signatures.test_drawn import WAVE

IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
FACTS = Print("张三丰", NUMBER, "2026-11-01T08:00:00+00:00", "2026-11-01", {"work": 1}, "00" * 16)


def printed(database: Database, dossier: Dossier, folder: Path, **change: Any) -> Path:
    with database.write() as db:
        for at in range(25):
            row = {**WORK, "employer": f"第 {at} 建设工程有限公司", **change}
            records.import_row(db, ADMINISTRATOR, dossier.id, category("work"), row)
    with database.write() as db:
        pads.keep_drawn(db, SYSTEM, dossier.id, drawing([WAVE]))
        content = printing.printed(db, REVIEWER, dossier.id)
    path = folder / "file.pdf"
    path.write_bytes(content)
    return path


def test_a_print_is_genuine_as_pdf_picture_and_code(database: Database, dossier: Dossier, tmp_path: Path) -> None:
    pdf, key = printed(database, dossier, tmp_path), public_key(vault().keyring)
    found = printing.check(str(pdf), key)
    assert (found.name, found.number, found.records) == (dossier.name, NUMBER, {"work": 25})
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 1
    (signature,) = (item for page in document for item in page.get_objects() if item.type == IMAGE)
    left, bottom, right, top = signature.get_bounds()
    assert 20 < (right - left) / POINTS_PER_MM <= 60
    assert (top - bottom) / POINTS_PER_MM <= 24
    picture = tmp_path / "page.png"
    document[len(document) - 1].render(scale=2.5).to_pil().save(picture)
    assert printing.check(str(picture), key) == found
    assert "第 24 建设工程有限公司" in " ".join(text_of(pdf.read_bytes()).split())
    with database.read() as db:
        newest = trail.history(db, REVIEWER, dossier.id)[0]
    assert (newest.action, newest.actor_id) == ("dossier.print", REVIEWER.subject_id)


def test_what_people_typed_is_printed_as_typed_and_never_as_markup(
    database: Database, dossier: Dossier, tmp_path: Path
) -> None:
    typed = "<b>x</b><img src=x onerror=alert(1)> :red[x] $x^2$ ![](http://evil.example/) [a](javascript:alert(1)) =1+1"
    pdf = printed(database, dossier, tmp_path, position=typed[:60], major=typed[60:]).read_bytes()
    on_paper = "".join(text_of(pdf).split())
    assert "".join(typed[:60].split()) in on_paper
    assert "".join(typed[60:].split()) in on_paper
    assert b"/Annot" not in pdf


def test_a_pdf_with_changed_text_and_anothers_code_is_found(
    database: Database, dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, key = printed(database, dossier, tmp_path), public_key(vault().keyring)
    monkeypatch.setattr("app.dossiers.printing.text_of", lambda content: text_of(content).replace("工", "土"))
    with pytest.raises(UserError, match="print"):
        printing.check(str(pdf), key)


def test_a_code_changed_or_signed_by_others_is_refused() -> None:
    keyring = new_keyring()
    text, key = code(FACTS, keyring), public_key(keyring)
    assert checked(text, key) == checked(f" {text}\n", key) == FACTS
    other = code(FACTS, new_keyring())
    for wrong in (
        other,
        text[:-4] + "AAAA",
        text.replace("CONGYE1", "CONGYE2"),
        text[:40] + "x" + text[41:],
        "",
        "a.b.c",
    ):
        with pytest.raises(UserError, match="print"):
            checked(wrong, key)
    with pytest.raises(UserError, match="key"):
        checked(text, "no key")


def test_what_is_no_print_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="print"):
        printing.check(str(tmp_path / "none.pdf"), public_key(vault().keyring))

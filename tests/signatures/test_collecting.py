"""A staff batch, from the printed list to the signatures kept, on both databases."""

import io
import uuid
import zipfile
from datetime import date

import pypdfium2 as pdfium
import pytest
from PIL import Image

from app.access.rights import SYSTEM
from app.dossiers import service as dossiers
from app.dossiers.wanted import Wanted
from app.errors import UserError
from app.jobs import files, queue, worker
from app.jobs.service import catalogue
from app.signatures import by_hand, collecting, pads, printing
from app.signatures import service as signatures
from app.signatures.drawn import drawing
from data.engine import Database
from data.models import Job
from tests.people import CLERK, IDENTITY, OTHER, REVIEWER, id_number
from tests.signatures.paper import blank, signed
from tests.signatures.test_drawn import WAVE
from tests.signatures.test_fonts import NOBODY_S

assert catalogue
THIRD = {
    **IDENTITY,
    "number": id_number("19770101", "004"),
    "name": "王五妹",
    "sex": "2",
    "birth_date": date(1977, 1, 1),
}


@pytest.fixture
def people(database: Database) -> list[uuid.UUID]:
    """Three files, in the order they were opened."""
    with database.write() as db:
        return [
            dossiers.open_file(db, CLERK, who, photo=None, mobile="", source="card").dossier.id
            for who in (IDENTITY, OTHER, THIRD)
        ]


def tokens(database: Database, people: list[uuid.UUID]) -> list[str]:
    with database.write() as db:
        return [sheet.token for sheet in printing.number_sheets(db, REVIEWER, people)]


def batch(database: Database, sent: list[tuple[str, bytes]]) -> uuid.UUID:
    """Send files in and let them be read."""
    with database.write() as db:
        job = collecting.start_reading(db, SYSTEM, [(name, io.BytesIO(content)) for name, content in sent])
    return run(database, job)


def run(database: Database, job: Job) -> uuid.UUID:
    worker.run_now(database, job.id)
    with database.read() as db:
        done = queue.follow(db, SYSTEM, job.id)
    assert (done.state, done.message) == ("done", "")
    return job.id


def in_state(database: Database, job_id: uuid.UUID, state: str) -> list[collecting.Shown]:
    with database.read() as db:
        return collecting.listing(db, REVIEWER, job_id, state)


def test_a_batch_is_matched_looked_at_and_taken_in_one_go(database: Database, people: list[uuid.UUID]) -> None:
    first, second, third = tokens(database, people)
    sent = [
        ("一.jpg", signed(100, token=first).file("JPEG", quality=80)),
        ("二.jpg", signed(100, token=second).turned(180).file("JPEG", quality=80)),
        ("空.jpg", blank(100, third).file("JPEG", quality=80)),
        ("坏.jpg", b"no picture"),
    ]
    job_id = batch(database, sent)
    matched = in_state(database, job_id, "matched")
    assert [(each.page.file_name, each.name, each.replaces) for each in matched] == [
        ("一.jpg", "张三丰", False),
        ("二.jpg", "李四娘", False),
    ]
    assert [each.page.problems for each in in_state(database, job_id, "look")] == ["empty_box"]
    assert [each.page.file_name for each in in_state(database, job_id, "failed")] == ["坏.jpg"]
    with database.write() as db:
        kept = pads.keep_drawn(db, SYSTEM, people[1], drawing([WAVE]))
        assert collecting.signed(db, REVIEWER, job_id) == 1
        assert collecting.take_matched(db, REVIEWER, job_id, replace=False) == 1
    assert [each.replaces for each in in_state(database, job_id, "matched")] == [True]
    with database.write() as db:
        assert collecting.take_matched(db, REVIEWER, job_id, replace=True) == 1
        assert collecting.counts(db, REVIEWER, job_id) == {"taken": 2, "look": 1, "failed": 1}
        history = signatures.history(db, REVIEWER, people[1])
    assert [scan.id for scan in history][1:] == [kept.id]
    (empty,) = in_state(database, job_id, "look")
    with pytest.raises(UserError), database.write() as db:
        collecting.take(db, REVIEWER, empty.page.id)
    with database.write() as db:
        collecting.pass_over(db, REVIEWER, empty.page.id)


def test_the_files_of_a_folder_are_read_by_name(database: Database) -> None:
    names = ["照片10.jpg", "照片2.jpg", "10.jpg", "a.jpg", "9.jpg"]
    job_id = batch(database, [(name, b"no picture") for name in names])
    failed = in_state(database, job_id, "failed")
    assert [each.page.file_name for each in failed] == ["9.jpg", "10.jpg", "a.jpg", "照片2.jpg", "照片10.jpg"]


def test_two_pages_of_one_person_and_an_older_sheet_need_a_look(database: Database, people: list[uuid.UUID]) -> None:
    (old,) = tokens(database, people[:1])
    (new,) = tokens(database, people[:1])
    pages = [Image.fromarray(signed(100, token=token).pixels) for token in (old, new)]
    pdf = io.BytesIO()
    pages[0].save(pdf, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    job_id = batch(database, [("扫描.pdf", pdf.getvalue())])
    looks = in_state(database, job_id, "look")
    assert [(each.page.page, each.page.problems) for each in looks] == [(1, "outdated_sheet double"), (2, "double")]
    with database.write() as db:
        collecting.take(db, REVIEWER, looks[1].page.id)
        assert signatures.current_png(db, REVIEWER, people[0]) is not None


def test_an_old_form_without_code_is_given_its_person_and_its_frame_by_hand(
    database: Database, people: list[uuid.UUID]
) -> None:
    (first,) = tokens(database, people[:1])
    old = signed(100)
    corners = old.box / (old.pixels.shape[1], old.pixels.shape[0])
    old.pixels[600:] = old.pixels[:100] = 255  # neither code nor marks
    job_id = batch(database, [("旧表.jpg", old.file("JPEG", quality=90)), ("一.jpg", blank(100, first).file())])
    (page,) = (each.page for each in in_state(database, job_id, "failed"))
    (other,) = (each.page for each in in_state(database, job_id, "look"))
    assert (page.problems, page.dossier_id) == ("no_qr no_marks", None)
    for wrong in (None, [[0, 0]] * 4, [[0, 0], [2, 0], [1, 1], [0, 1]], corners[[0, 2, 1, 3]].tolist()):
        with pytest.raises(UserError, match="bad_frame"), database.write() as db:
            by_hand.place(db, REVIEWER, page.id, wrong)
    with database.write() as db:
        by_hand.place(db, REVIEWER, page.id, corners.tolist())
        with pytest.raises(UserError) as caught:
            collecting.take(db, REVIEWER, page.id)
        assert caught.value.code == "not_takable"
        by_hand.name_person(db, REVIEWER, page.id, people[1])
        with pytest.raises(UserError) as caught:
            by_hand.name_person(db, REVIEWER, other.id, people[1])
        assert caught.value.code == "matched"
        collecting.take(db, REVIEWER, page.id)
    with database.read() as db:
        (kept,) = signatures.history(db, REVIEWER, people[1])
    assert (kept.problems, kept.signature is None) == ("no_qr placed_by_hand", False)


def test_a_list_is_printed_in_its_order_and_its_signatures_packed(database: Database, people: list[uuid.UUID]) -> None:
    wanted = Wanted(order="oldest")
    with database.write() as db:
        sheets = collecting.start_sheets(db, SYSTEM, wanted)
        pads.keep_drawn(db, SYSTEM, people[1], drawing([WAVE]))
    document = pdfium.PdfDocument(result(database, run(database, sheets)))
    texts = [page.get_textpage().get_text_range() for page in document]
    assert ["张三丰" in texts[0], "李四娘" in texts[1], "王五妹" in texts[2], len(texts)] == [True, True, True, 3]
    with database.write() as db:
        export = collecting.start_export(db, SYSTEM, wanted, "name_number")
    with zipfile.ZipFile(io.BytesIO(result(database, run(database, export)))) as archive:
        assert archive.namelist() == [f"李四娘_{OTHER['number']}.png"]
        assert Image.open(archive.open(archive.namelist()[0])).mode == "RGBA"


def test_a_character_that_no_font_has_is_told_beside_the_list_s_sheets(database: Database) -> None:
    with database.write() as db:
        who = {**THIRD, "name": f"王{NOBODY_S}"}
        dossiers.open_file(db, CLERK, who, photo=None, mobile="", source="card")
        sheets = collecting.start_sheets(db, SYSTEM, Wanted())
    job_id = run(database, sheets)
    with database.read() as db:
        told = queue.follow(db, SYSTEM, job_id).result
    assert told is not None
    assert (told["pages"], told["without_glyph"]) == (1, NOBODY_S)
    assert "U+10FFFD" in printing.glyph_missing(told["without_glyph"])


def test_nobody_on_the_list_nothing_to_do(database: Database) -> None:
    with pytest.raises(UserError) as caught, database.write() as db:
        collecting.start_sheets(db, REVIEWER, Wanted(text="没有这个人"))
    assert caught.value.code == "nobody"


def result(database: Database, job_id: uuid.UUID) -> bytes:
    return b"".join(files.pieces(database, job_id, "result"))

"""The audit chain on both databases: whole after honest work, broken by any touch from outside."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.access.rights import SYSTEM
from app.audit import trail
from app.audit.chain import ERASED, Anchor, Check, Problem, append
from app.cli import parser
from app.commands import CHAIN_ERROR, OK
from app.commands import audit as audit_commands
from app.dossiers import service as dossiers
from app.errors import UserError
from app.records import service as records
from data import migrate
from data.engine import Database
from data.keys import new_keyring
from data.models import AuditEntry, AuditHead, category
from data.models.base import new_id, utc_now
from data.vault import install_vault, vault
from tests.people import CLERK, IDENTITY, WORK, id_number

ROW: dict[str, object] = {
    **dict.fromkeys(("actor_id", "session_id", "subject_id", "dossier_id", "before", "after")),
    "at": utc_now(),
    "actor_role": "system",
    "subject": "dossier",
}


def problems(database: Database, anchor: Anchor | None = None) -> list[Problem]:
    with database.read() as db:
        return list(Check(db, anchor))


def newest(database: Database) -> Anchor:
    with database.read() as db:
        check = Check(db)
        assert not list(check)
        return check.newest


def open_file(db: Session, sequence: int) -> uuid.UUID:
    identity = {**IDENTITY, "number": id_number(sequence=f"{2 * sequence + 1:03}")}
    return dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="card").dossier.id


@pytest.fixture
def six_rows(database: Database) -> Database:
    for sequence in range(6):
        with database.write() as db:
            open_file(db, sequence)
    return database


def test_honest_work_leaves_a_whole_chain(six_rows: Database) -> None:
    assert problems(six_rows) == []
    with six_rows.read() as db:
        assert list(db.scalars(select(AuditEntry.number).order_by(AuditEntry.number))) == [1, 2, 3, 4, 5, 6]


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def work(sequence: int) -> None:
        with database.write() as db:
            open_file(db, sequence)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert problems(database) == []
    assert newest(database).number == 40


def test_a_transaction_that_fails_leaves_no_row(six_rows: Database) -> None:
    def fail() -> None:
        with six_rows.write() as db:
            open_file(db, 7)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert newest(six_rows).number == 6


def test_a_savepoint_that_is_undone_leaves_no_row_and_what_was_before_it_does(database: Database) -> None:
    with database.write() as db:
        open_file(db, 1)
        undone = db.begin_nested()
        open_file(db, 2)
        undone.rollback()
        with db.begin_nested():
            open_file(db, 3)
    assert newest(database).number == 2


def test_a_flush_that_fails_in_a_savepoint_keeps_the_rows_before_it(database: Database) -> None:
    with database.write() as db:
        dossier_id = open_file(db, 1)
        with pytest.raises(UserError, match="gone"), db.begin_nested():
            records.import_row(db, SYSTEM, uuid.uuid4(), category("work"), WORK)
        records.import_row(db, SYSTEM, dossier_id, category("work"), WORK)
    assert newest(database).number == 2


def _change(db: Session) -> None:
    db.execute(update(AuditEntry).where(AuditEntry.number == 3).values(action="dossier.close"))


def _change_contents(db: Session) -> None:
    db.execute(update(AuditEntry).where(AuditEntry.number == 3).values(after={"name": "别人"}))


def _change_time(db: Session) -> None:
    at = db.scalars(select(AuditEntry.at).where(AuditEntry.number == 1)).one()
    db.execute(update(AuditEntry).where(AuditEntry.number == 3).values(at=at))


def _change_actor(db: Session) -> None:
    db.execute(update(AuditEntry).where(AuditEntry.number == 3).values(actor_id=uuid.uuid4()))


def _spoil_sealed(db: Session) -> None:
    db.connection().exec_driver_sql("UPDATE audit_entry SET after = before WHERE number = 3")


def _empty(db: Session) -> None:
    db.execute(update(AuditEntry).where(AuditEntry.number == 3).values(after=None))


def _remove(db: Session) -> None:
    db.execute(delete(AuditEntry).where(AuditEntry.number == 3))


def _remove_and_close_up(db: Session) -> None:
    _remove(db)
    for number in (4, 5, 6):
        db.execute(update(AuditEntry).where(AuditEntry.number == number).values(number=number - 1))


def _remove_first(db: Session) -> None:
    db.execute(delete(AuditEntry).where(AuditEntry.number == 1))


def _remove_last(db: Session) -> None:
    db.execute(delete(AuditEntry).where(AuditEntry.number == 6))


def _remove_last_and_mend_the_head(db: Session) -> None:
    _remove_last(db)
    mac = db.scalars(select(AuditEntry.mac).where(AuditEntry.number == 5)).one()
    db.execute(update(AuditHead).values(number=5, mac=mac))


def _remove_head(db: Session) -> None:
    db.execute(delete(AuditHead))


def _put_in(db: Session) -> None:
    copy = db.scalars(select(AuditEntry).where(AuditEntry.number == 6)).one()
    values = {column.key: getattr(copy, column.key) for column in AuditEntry.__table__.columns}
    db.execute(insert(AuditEntry).values({**values, "id": new_id(), "number": 7}))


def _swap(db: Session) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        db.execute(update(AuditEntry).where(AuditEntry.number == old).values(number=new))


TOUCHES: dict[Callable[[Session], None], Problem] = {
    _change: Problem("changed", 3),
    _change_contents: Problem("changed", 3),
    _change_time: Problem("changed", 3),
    _change_actor: Problem("changed", 3),
    _spoil_sealed: Problem("changed", 3),
    _empty: Problem("changed", 3),
    _remove: Problem("removed", 3),
    _remove_and_close_up: Problem("changed", 3),
    _remove_first: Problem("removed", 1),
    _remove_last: Problem("removed", 6),
    _remove_last_and_mend_the_head: Problem("head", 5),
    _remove_head: Problem("head", 6),
    _put_in: Problem("put_in", 7),
    _swap: Problem("changed", 3),
}


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: touch.__name__.strip("_"))
def test_any_touch_from_outside_is_found(six_rows: Database, touch: Callable[[Session], None]) -> None:
    with six_rows.write() as db:
        touch(db)
    assert TOUCHES[touch] in problems(six_rows)


@pytest.mark.parametrize("touch", [_remove_last, _remove_last_and_mend_the_head, _remove_head])
def test_later_work_does_not_heal_a_touched_end(six_rows: Database, touch: Callable[[Session], None]) -> None:
    with six_rows.write() as db:
        touch(db)
    with six_rows.write() as db:
        open_file(db, 8)
    assert problems(six_rows)


def test_another_key_can_neither_continue_nor_check_the_chain(six_rows: Database) -> None:
    own = vault().keyring
    try:
        install_vault(new_keyring())
        assert len(problems(six_rows)) >= 6
    finally:
        install_vault(own)
    assert problems(six_rows) == []


def test_a_database_put_back_to_an_earlier_state_is_found_by_the_anchor(six_rows: Database) -> None:
    with six_rows.read() as db:
        earlier = db.execute(select(AuditHead.number, AuditHead.mac, AuditHead.seal)).one()
    with six_rows.write() as db:
        open_file(db, 9)
    anchor = newest(six_rows)
    with six_rows.write() as db:
        db.execute(delete(AuditEntry).where(AuditEntry.number == 7))
        db.execute(update(AuditHead).values(**earlier._asdict()))
    assert problems(six_rows) == []
    assert problems(six_rows, Anchor.parse(str(anchor))) == [Problem("anchor", 7)]


def test_erased_contents_are_lawful_only_after_the_row_that_says_so(six_rows: Database) -> None:
    with six_rows.write() as db:
        dossier_id = db.scalars(select(AuditEntry.dossier_id).where(AuditEntry.number == 3)).one()
        _empty(db)
    assert problems(six_rows) == [Problem("changed", 3)]
    with six_rows.write() as db:
        append(db, [{**ROW, "action": ERASED, "dossier_id": dossier_id}])
    assert problems(six_rows) == []


def test_a_transaction_of_many_rows_is_chained_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "MOST_PENDING", 4)
    with database.write() as db:
        for sequence in range(11):
            open_file(db, sequence)
            assert len(db.info.get(trail.PENDING, [])) < 4
    assert newest(database).number == 11


def test_rows_from_before_the_chain_become_its_first_links(six_rows: Database) -> None:
    (chain,) = Path(migrate.__file__).parent.glob("migrations/versions/*_audit_chain.py")
    migrate.downgrade(six_rows.engine, f"{int(chain.name[:4]) - 1:04}")
    migrate.upgrade(six_rows.engine)
    with six_rows.write() as db:
        open_file(db, 10)
    assert newest(six_rows).number == 7


def test_the_command_tells_by_its_code(
    six_rows: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit_commands, "database", lambda: six_rows)
    given = parser().parse_args(["audit", "verify"])
    assert given.run(given) == OK
    assert capsys.readouterr().out.startswith("6 rows read, 0 problems. Newest row: 6:")
    with six_rows.write() as db:
        _change(db)
    assert given.run(given) == CHAIN_ERROR
    assert capsys.readouterr().err == "row 3 was changed\n"

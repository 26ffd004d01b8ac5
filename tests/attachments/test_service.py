"""Attachments of records on both databases: one each, ours by encoding, gone with the record, nobody else's."""

from io import BytesIO

import pytest
from PIL import Image

from app.access.rights import Actor, Role
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.dossiers import service as dossiers
from app.errors import FieldErrors, Forbidden, UserError
from app.records import service as records
from data.engine import Database
from data.models import Record, category
from data.models.base import new_id
from tests.attachments.pictures import conforming_jpg, corners, encoded
from tests.people import CLERK, EDUCATION, OTHER

KIND = category("education")


@pytest.fixture
def record(database: Database, owner: Actor) -> Record:
    with database.write() as db:
        record_id = records.create(db, owner, owner.dossier_id, KIND, new_id(), EDUCATION)
        return records.get(db, owner, owner.dossier_id, KIND, record_id)


def attach(database: Database, owner: Actor, record: Record, content: bytes, title: str = "毕业证书") -> None:
    prepared = prepare(content)
    with database.write() as db:
        attachments.add(db, owner, owner.dossier_id, KIND, record.id, title, prepared)


def kept(database: Database, owner: Actor, record: Record) -> bytes | None:
    with database.read() as db:
        found = attachments.of_record(db, owner, owner.dossier_id, record.id)
        return None if found is None else found.content


def test_a_conforming_file_is_kept_in_our_own_encoding(database: Database, owner: Actor, record: Record) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    given = conforming_jpg(exif=exif)
    attach(database, owner, record, given)
    content = kept(database, owner, record)
    assert content is not None
    assert content != given
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (559, 794), {})
    with database.read() as db:
        assert attachments.attached(db, owner, owner.dossier_id) == {record.id}


def test_a_second_one_is_refused_until_the_first_is_deleted(database: Database, owner: Actor, record: Record) -> None:
    attach(database, owner, record, conforming_jpg())
    first = kept(database, owner, record)
    with pytest.raises(UserError) as refused:
        attach(database, owner, record, conforming_jpg(quality=60))
    assert refused.value.message == "只能上传一张学历证书附件，重新上传请先删除已有学历证书附件"
    assert kept(database, owner, record) == first
    with database.write() as db:
        attachments.remove(db, owner, owner.dossier_id, record.id)
    attach(database, owner, record, conforming_jpg(quality=60))
    assert kept(database, owner, record) != first


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "请填写文件标题"),
        (" \u3000 ", "请填写文件标题"),
        ("长" * 61, "文件标题最多 60 个字，现有 61 个字，请删减"),
        ("证书😀", "文件标题中有不能保存的字符「😀」（U+1F600），请删除"),
    ],
)
def test_the_title_is_checked(database: Database, owner: Actor, record: Record, title: str, message: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        attach(database, owner, record, conforming_jpg(), title)
    assert refused.value.fields == {"title": message}
    assert kept(database, owner, record) is None


def test_a_file_that_misses_a_rule_leaves_nothing(database: Database, owner: Actor, record: Record) -> None:
    for content, code in ((b"", "empty_file"), (encoded(corners(559, 794), "PNG"), None)):
        with pytest.raises(UserError) as refused:
            attach(database, owner, record, content)
        assert code in {None, refused.value.code}
    assert kept(database, owner, record) is None


def test_a_record_that_is_not_saved_or_not_ones_own_takes_none(
    database: Database, owner: Actor, record: Record
) -> None:
    with database.write() as db:
        other = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card").dossier
    stranger, ready = Actor(Role.PRACTITIONER, other.id), prepare(conforming_jpg())
    with database.write() as db, pytest.raises(UserError) as gone:
        attachments.add(db, owner, owner.dossier_id, KIND, new_id(), "毕业证书", ready)
    assert gone.value.code == "gone"
    with database.write() as db, pytest.raises(UserError) as foreign:
        attachments.add(db, stranger, other.id, KIND, record.id, "毕业证书", ready)
    assert foreign.value.code == "gone"
    with database.write() as db, pytest.raises(Forbidden):
        attachments.add(db, stranger, owner.dossier_id, KIND, record.id, "毕业证书", ready)
    with database.write() as db, pytest.raises(Forbidden):
        attachments.add(db, owner, owner.dossier_id, category("work"), record.id, "毕业证书", ready)
    assert kept(database, owner, record) is None


def test_it_goes_with_its_record(database: Database, owner: Actor, record: Record) -> None:
    attach(database, owner, record, conforming_jpg())
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, KIND, record.id)
    assert kept(database, owner, record) is None

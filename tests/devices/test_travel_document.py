"""A travel document's chip is read: every way in, every file, and each way in which it can be wrong."""

import io
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from devices.travel_document import files, tlv
from devices.travel_document.authenticity import Verdict
from devices.travel_document.certificates import Certificate, is_issued_by, load_folder
from devices.travel_document.curves import CURVES
from devices.travel_document.errors import DocumentError
from devices.travel_document.pace import ECDH_GENERIC, PaceInfo
from devices.travel_document.reader import Key, TravelDocument, read_document
from devices.virtual_passport.chip import Chip
from devices.virtual_passport.contents import PictureFormat
from devices.virtual_passport.issuer import Issuer, Scheme
from tests.devices.documents import AES_ON_BRAINPOOL, CAN, NOW, PASSPORT, PERMIT, chip, issuer, key_of

PASSPORT_KEY = Key(mrz=key_of(PASSPORT))


class Counting:
    """A reader that keeps what it carries."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.sent: list[bytes] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        return self.chip.transmit(apdu)


def read(chip: Chip, key: Key = PASSPORT_KEY, *trusted: Certificate) -> TravelDocument:
    return read_document(chip, key, now=NOW, trusted=trusted)


def country(issuer: Issuer) -> Certificate:
    return asn1_x509.Certificate.load(issuer.country.public_bytes(Encoding.DER))


@pytest.mark.parametrize("picture", ["JPEG", "JPEG2000"])
def test_a_passport_is_read_by_basic_access_control(picture: PictureFormat) -> None:
    document = read(chip(picture=picture, signed_by=issuer()))
    assert (document.access, document.mrz.number, document.mrz.name) == ("BAC", "X1234567", "OKAFOR ADA MARIA")
    assert document.photo is not None
    with Image.open(io.BytesIO(document.photo)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (240, 300))
        top, bottom = photo.getpixel((120, 5)), photo.getpixel((120, 295))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] < 60
    assert bottom[0] > 190


@pytest.mark.parametrize(("number", "suite"), list(product([12, 13], [1, 2, 3, 4])))
def test_every_cipher_of_pace_opens_the_chip(number: int, suite: int) -> None:
    document = read(chip(offers=(PaceInfo(f"{ECDH_GENERIC}.{suite}", number),)))
    assert (document.access, document.mrz.number) == ("PACE", "X1234567")


@pytest.mark.parametrize("number", [8, 11, 14, 15, 17, 18])
def test_curves_of_every_size_open_the_chip(number: int) -> None:
    assert read(chip(offers=(PaceInfo(f"{ECDH_GENERIC}.2", number),))).access == "PACE"


def test_a_permit_is_opened_by_the_six_digits_printed_on_it_and_tells_the_chinese_name() -> None:
    permit = chip(PERMIT, offers=(AES_ON_BRAINPOOL,), national_name="陳大文", personal_number="A1234567")
    document = read(permit, Key(can=CAN))
    assert (document.details.name, document.details.personal_number) == ("陳大文", "A1234567")
    assert (document.mrz.layout, document.mrz.number) == ("CR", "H12345678")


def test_of_several_ways_the_strongest_is_taken_and_its_curve_named() -> None:
    weak = PaceInfo(f"{ECDH_GENERIC}.1", 12)
    strong = PaceInfo(f"{ECDH_GENERIC}.4", 17)
    reader = Counting(chip(offers=(weak, strong)))
    assert read_document(reader, PASSPORT_KEY, now=NOW).access == "PACE"
    chosen = next(apdu for apdu in reader.sent if apdu[1] == 0x22)
    assert chosen[5:].endswith(tlv.encode(0x84, bytes([17])))


def test_a_chip_that_offers_only_what_we_do_not_know_is_opened_by_basic_access_control() -> None:
    other = chip(offers=(PaceInfo("0.4.0.127.0.7.2.2.4.6.2", 13),))
    assert read(other).access == "BAC"


@pytest.mark.parametrize("offers", [(), (AES_ON_BRAINPOOL,)])
def test_another_key_does_not_open_the_chip(offers: tuple[PaceInfo, ...]) -> None:
    with pytest.raises(DocumentError) as caught:
        read(chip(offers=offers), Key(mrz=key_of(PERMIT)))
    assert caught.value.code == "wrong_key"


def test_another_can_does_not_open_the_chip() -> None:
    with pytest.raises(DocumentError) as caught:
        read(chip(offers=(AES_ON_BRAINPOOL,)), Key(can="123457"))
    assert caught.value.code == "wrong_key"


def test_a_can_alone_does_not_open_a_chip_without_pace() -> None:
    with pytest.raises(DocumentError) as caught:
        read(chip(), Key(can=CAN))
    assert caught.value.code == "mrz_needed"


def test_another_kind_of_card_says_so() -> None:
    class Other:
        def transmit(self, _apdu: bytes, /) -> bytes:
            return b"\x6a\x82"

    with pytest.raises(DocumentError) as caught:
        read_document(Other(), PASSPORT_KEY, now=NOW)
    assert caught.value.code == "not_a_travel_document"


def test_a_file_comes_in_as_small_pieces_as_the_chip_likes() -> None:
    small = chip()
    small.longest = 17
    whole = read(chip())
    assert read(small).groups == whole.groups


def test_long_answers_are_asked_for_where_the_reader_knows_them() -> None:
    short, long = Counting(chip(picture="JPEG")), Counting(chip(picture="JPEG"))
    first = read_document(short, PASSPORT_KEY, now=NOW)
    second = read_document(long, PASSPORT_KEY, now=NOW, extended=True)
    assert first.groups == second.groups
    assert len(long.sent) <= len(short.sent) - 10


def test_a_file_of_more_than_32_kilobytes_is_read_to_its_end() -> None:
    big = chip()
    big.contents[files.DG2] = tlv.encode(0x75, bytes(range(256)) * 200)
    document = read(big)
    assert document.groups[2] == big.contents[files.DG2]
    assert document.photo is None


def test_the_portrait_stays_on_the_chip_when_it_is_not_asked_for() -> None:
    document = read_document(chip(), PASSPORT_KEY, now=NOW, photo=False)
    assert (document.photo, sorted(document.groups)) == (None, [1])


@pytest.mark.parametrize("scheme", ["ecdsa", "rsa", "rsa_pss"])
def test_data_signed_by_a_known_country_are_verified(scheme: Scheme) -> None:
    signed = chip(signed_by=issuer(scheme))
    verified = read(signed, PASSPORT_KEY, country(issuer(scheme))).authenticity
    assert (verified.verdict, verified.country) == (Verdict.VERIFIED, country(issuer(scheme)).subject.human_friendly)
    unknown = read(signed, PASSPORT_KEY, country(Issuer.new(now=NOW))).authenticity
    assert (unknown.verdict, unknown.country) == (Verdict.ISSUER_UNKNOWN, "")
    assert "Made-up Document Signer" in unknown.signer


def test_without_a_signature_nothing_is_said_of_the_issuer() -> None:
    assert read(chip()).authenticity.verdict == Verdict.UNSIGNED


@pytest.mark.parametrize("identifier", [files.DG1, files.DG2])
def test_changed_data_are_seen(identifier: int) -> None:
    signed = chip(signed_by=issuer())
    changed = bytearray(signed.contents[identifier])
    changed[10 if identifier == files.DG1 else -1] ^= 1  # OKAFOR becomes NKAFOR, a pixel another
    signed.contents[identifier] = bytes(changed)
    authenticity = read(signed, PASSPORT_KEY, country(issuer())).authenticity
    assert authenticity.verdict == Verdict.ALTERED
    assert f"DG{identifier & 0xF}" in authenticity.detail


def test_a_file_that_nobody_signed_is_seen() -> None:
    signed = chip(signed_by=issuer())
    richer = chip(national_name="某人")
    richer.contents[files.SOD] = signed.contents[files.SOD]
    assert read(richer, PASSPORT_KEY, country(issuer())).authenticity.verdict == Verdict.ALTERED


def test_a_signature_of_another_key_is_seen() -> None:
    forger = replace(Issuer.new(now=NOW), country=issuer().country, signer=issuer().signer)
    authenticity = read(chip(signed_by=forger), PASSPORT_KEY, country(issuer())).authenticity
    assert authenticity.verdict == Verdict.ALTERED


def test_a_signer_out_of_its_time_is_not_vouched_for() -> None:
    old = Issuer.new(now=NOW - timedelta(days=4000))
    assert read(chip(signed_by=old), PASSPORT_KEY, country(old)).authenticity.verdict == Verdict.ISSUER_UNKNOWN


def test_a_certificate_that_may_not_issue_others_vouches_for_nothing() -> None:
    signer = asn1_x509.Certificate.load(issuer().signer.public_bytes(Encoding.DER))
    assert read(chip(signed_by=issuer()), PASSPORT_KEY, signer).authenticity.verdict == Verdict.ISSUER_UNKNOWN


@pytest.mark.parametrize("position", range(0, 1200, 37))
def test_a_broken_signature_file_is_never_an_untyped_error(position: int) -> None:
    signed = chip(signed_by=issuer())
    sod = bytearray(signed.contents[files.SOD])
    sod[10 + position % (len(sod) - 10)] ^= 0x55
    signed.contents[files.SOD] = bytes(sod)
    verdict = read(signed, PASSPORT_KEY, country(issuer())).authenticity.verdict
    assert verdict != Verdict.UNSIGNED


def test_country_certificates_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "utopia.pem").write_bytes(issuer().country_pem + issuer("rsa").country_pem)
    (tmp_path / "utopia.cer").write_bytes(issuer("rsa_pss").country.public_bytes(Encoding.DER))
    (tmp_path / "notes.txt").write_text("not a certificate")
    assert len(load_folder(tmp_path)) == 3
    (tmp_path / "broken.cer").write_bytes(b"0\x03\x02\x01\x01")
    with pytest.raises(DocumentError, match=r"broken\.cer"):
        load_folder(tmp_path)


def test_a_curve_written_out_in_full_is_recognised() -> None:
    made = country(issuer())
    own = ec.generate_private_key(ec.SECP256R1())
    curve = CURVES[12]
    size = curve.size
    domain = keys.SpecifiedECDomain(
        {
            "version": 1,
            "field_id": {"field_type": "prime_field", "parameters": curve.p},
            "curve": {"a": curve.a.to_bytes(size, "big"), "b": curve.b.to_bytes(size, "big")},
            "base": keys.ECPoint(curve.encode(curve.generator)),
            "order": curve.order,
            "cofactor": 1,
        }
    )
    tbs = made["tbs_certificate"]
    numbers = own.public_key().public_numbers()
    tbs["subject_public_key_info"] = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("specified", domain)},
            "public_key": keys.ECPointBitString(curve.encode((numbers.x, numbers.y))),
        }
    )
    tbs["extensions"] = [item for item in tbs["extensions"] if item["extn_id"].native == "basic_constraints"]
    signature = own.sign(tbs.dump(force=True), ec.ECDSA(hashes.SHA256()))
    explicit = asn1_x509.Certificate(
        {"tbs_certificate": tbs, "signature_algorithm": made["signature_algorithm"], "signature_value": signature}
    )
    reloaded = asn1_x509.Certificate.load(explicit.dump(force=True))
    assert reloaded.public_key["algorithm"]["parameters"].name == "specified"
    assert is_issued_by(reloaded, reloaded)


def test_one_altered_bit_on_the_way_ends_the_reading() -> None:
    class Noise:
        def __init__(self) -> None:
            self.chip = chip()

        def transmit(self, apdu: bytes) -> bytes:
            answer = bytearray(self.chip.transmit(apdu))
            if apdu[0] & 0x0C and apdu[1] == 0xB0:
                answer[5] ^= 1
            return bytes(answer)

    with pytest.raises(DocumentError) as caught:
        read_document(Noise(), PASSPORT_KEY, now=NOW)
    assert caught.value.code == "secure_messaging"


def test_what_was_read_is_not_in_what_is_printed_of_it() -> None:
    document = read(chip())
    assert "groups" not in repr(document)
    assert PASSPORT_KEY.mrz not in repr(PASSPORT_KEY)

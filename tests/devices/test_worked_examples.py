"""The worked examples of Doc 9303 part 11: Basic Access Control (appendix D) and PACE (appendix G.1)."""

import pytest

from devices.travel_document import bac, ciphers, pace, tlv
from devices.travel_document.apdu import Answer, Command, PlainChannel
from devices.travel_document.ciphers import AES_128, FOR_ENCRYPTION, FOR_MAC, TRIPLE_DES
from devices.travel_document.curves import CURVES, Curve
from devices.travel_document.errors import DocumentError
from devices.travel_document.secure_messaging import SecureChannel, Session

MRZ_KEY = "L898902C<369080619406236"
SELECT_COM = Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("011E"))
PACE_KEY = "T22000129364081251010318"
BRAINPOOL = pace.PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 13)
NONCE = "3F00C4D39D153F2B2A214A078D899B22"
OUR_MAPPING = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
OUR_KEY = 0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595
CHIP_MAPPING = (
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
CHIP_KEY = (
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)


class Recording:
    """A chip that answers as the standard prints it, and keeps what it was sent."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[str] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu.hex().upper())
        return self.answers[len(self.sent) - 1]


def test_d1_d2_the_keys_come_out_of_the_mrz() -> None:
    keys = bac.Keys.of(MRZ_KEY)
    assert keys.encryption.hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert keys.mac.hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


def test_d3_d4_the_chip_is_opened_and_ef_com_is_read_byte_for_byte() -> None:
    chip = Recording(
        "4608F919887022129000",
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
        "990290008E08FA855A5D4C50A8ED9000",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    )
    channel = bac.open_chip(
        PlainChannel(chip),
        MRZ_KEY,
        challenge=bytes.fromhex("781723860C06C226"),
        material=bytes.fromhex("0B795240CB7049B01C19B33E32804F0B"),
    )
    session = channel.session
    assert session.encryption_key.hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert session.mac_key.hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"
    assert session.counter == 0x887022120C06C226
    channel.send(SELECT_COM).need()
    assert channel.send(Command(0x00, 0xB0, 0x00, 0x00, b"", 4)).need().hex().upper() == "60145F01"
    rest = channel.send(Command(0x00, 0xB0, 0x00, 0x04, b"", 0x12)).need()
    assert rest.hex().upper() == "04303130365F36063034303030305C026175"
    assert chip.sent == [
        "0084000008",
        "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
        "0CB000000D9701048E08ED6705417E96BA5500",
        "0CB000040D9701128E082EA28A70F3C7B53500",
    ]


def test_an_altered_answer_is_refused() -> None:
    session = Session(TRIPLE_DES, *_session_keys_of_d3(), counter=0x887022120C06C226)
    session.protect(SELECT_COM)
    with pytest.raises(DocumentError, match="secure_messaging"):
        session.open(Answer(bytes.fromhex("990290008E08FA855A5D4C50A8EC"), 0x9000))


def test_an_unprotected_answer_is_refused() -> None:
    channel = SecureChannel(PlainChannel(Recording("9000")), Session(TRIPLE_DES, *_session_keys_of_d3()))
    with pytest.raises(DocumentError, match="secure_messaging"):
        channel.send(SELECT_COM)


def test_g1_the_nonce_is_decrypted_with_the_key_out_of_the_mrz() -> None:
    password = pace.Password.mrz(PACE_KEY)
    assert password.secret.hex().upper() == "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"
    assert AES_128.derive(password.secret, ciphers.FOR_PASSWORD).hex().upper() == "89DED1B26624EC1E634C1989302849DD"
    nonce = pace.decrypt_nonce(AES_128, password, bytes.fromhex("95A3A016522EE98D01E76CB6B98B42C3"))
    assert nonce.hex().upper() == NONCE


def test_g1_the_nonce_is_mapped_to_a_generator() -> None:
    curve = CURVES[13]
    generator = pace.map_generator(curve, bytes.fromhex(NONCE), OUR_MAPPING, curve.decode(bytes.fromhex(CHIP_MAPPING)))
    assert curve.encode(generator).hex().upper() == (
        "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
        "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
    )


def test_g1_the_chip_is_opened_byte_for_byte() -> None:
    chip = Recording(
        "9000",
        "7C12801095A3A016522EE98D01E76CB6B98B42C39000",
        f"7C438241{CHIP_MAPPING}9000",
        f"7C438441{CHIP_KEY}9000",
        "7C0A86083ABB9674BCE93C089000",
    )
    ours = iter((OUR_MAPPING, OUR_KEY))
    channel = pace.open_chip(
        PlainChannel(chip), BRAINPOOL, pace.Password.mrz(PACE_KEY), scalar=lambda _curve: next(ours)
    )
    assert channel.session.encryption_key.hex().upper() == "F5F0E35C0D7161EE6724EE513A0D9A7F"
    assert channel.session.mac_key.hex().upper() == "FE251C7858B356B24514B3BD5F4297D1"
    assert chip.sent == [
        "0022C1A40F800A04007F00070202040202830101",
        "10860000027C0000",
        (
            "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
            "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00"
        ),
        (
            "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
            "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200"
        ),
        "008600000C7C0A8508C2B0BD78D94BA86600",
    ]


def test_g1_another_token_of_the_chip_is_refused() -> None:
    chip = Recording(
        "9000",
        "7C12801095A3A016522EE98D01E76CB6B98B42C39000",
        f"7C438241{CHIP_MAPPING}9000",
        f"7C438441{CHIP_KEY}9000",
        "7C0A86083ABB9674BCE93C099000",
    )
    ours = iter((OUR_MAPPING, OUR_KEY))
    with pytest.raises(DocumentError, match="wrong_key"):
        pace.open_chip(PlainChannel(chip), BRAINPOOL, pace.Password.mrz(PACE_KEY), scalar=lambda _curve: next(ours))


def test_messages_under_aes_agree_with_other_implementations() -> None:
    """The standard prints none; these were computed with OpenSSL by the authors of another reader."""
    session = Session(
        AES_128, bytes.fromhex("F5F0E35C0D7161EE6724EE513A0D9A7F"), bytes.fromhex("FE251C7858B356B24514B3BD5F4297D1")
    )
    protected = session.protect(SELECT_COM)
    assert protected.encode().hex().upper() == "0CA4020C1D871101EE0E4724F4465C1BE9C2F73ABDD73A3D8E08835D1B54575C955F00"
    session.open(Answer(bytes.fromhex("990290008E08BEA7B381C494A079"), 0x9000))
    assert session.protect(Command(0x00, 0xB0, 0x00, 0x00, b"", 4)).data.hex().upper() == "9701048E08AA6BA54F44DF8364"
    answer = bytes.fromhex("871101645C0B1F998A088278D07942BBE94B60990290008E0894A33C6AA2D8CCC8")
    assert session.open(Answer(answer, 0x9000)).need().hex().upper() == "60145F01"


def test_keys_of_192_and_256_bits_come_out_of_sha_256() -> None:
    assert len(ciphers.AES_192.derive(b"secret", FOR_MAC)) == 24
    assert ciphers.AES_256.derive(b"secret", FOR_ENCRYPTION)[:24] == ciphers.AES_192.derive(b"secret", FOR_ENCRYPTION)


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_every_curve_holds_its_generator_of_the_stated_order(curve: Curve) -> None:
    assert curve.holds(curve.generator)
    assert curve.multiply(curve.order, curve.generator) is None
    assert curve.multiply(curve.order + 2, curve.generator) == curve.add(curve.generator, curve.generator)


def test_a_point_off_the_curve_is_refused() -> None:
    curve = CURVES[12]
    x, y = curve.generator
    with pytest.raises(DocumentError, match="bad_data"):
        curve.decode(curve.encode((x, y ^ 1)))


def test_a_long_object_has_a_long_length() -> None:
    assert tlv.encode(0x53, bytes(200))[:3].hex() == "5381c8"
    assert tlv.encode(0x7F61, bytes(300))[:5].hex() == "7f6182012c"


def _session_keys_of_d3() -> tuple[bytes, bytes]:
    return bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5"), bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8")

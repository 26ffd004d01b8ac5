"""Passive authentication (Doc 9303 part 11, 5.1): are the data as the country wrote them, and was it that country?

It says nothing of whether the chip is a copy of another chip.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

from asn1crypto import algos, cms, core

from devices.travel_document import certificates, tlv
from devices.travel_document.certificates import Certificate
from devices.travel_document.errors import DocumentError

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"


class Verdict(StrEnum):
    """What the check came to."""

    VERIFIED = "verified"
    """Unaltered, and signed by a signer that one of the operator's country certificates vouches for."""
    ISSUER_UNKNOWN = "issuer_unknown"
    """Hashes and signature are right; whose signature it is was not shown."""
    UNCHECKED = "unchecked"
    """Hashes are right; the signature is of a kind that we do not know."""
    UNSIGNED = "unsigned"
    """The chip holds no signature."""
    ALTERED = "altered"
    """A hash or the signature does not fit: the data are not what was signed."""


@dataclass(frozen=True)
class Authenticity:
    """The verdict; the names of the document's signer and of the country's certificate, where there are such."""

    verdict: Verdict
    signer: str = ""
    country: str = ""
    detail: str = ""


class GroupHash(core.Sequence):  # type: ignore[misc]
    """The hash of one data group."""

    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class GroupHashes(core.SequenceOf):  # type: ignore[misc]
    """The hashes of all."""

    _child_spec = GroupHash


class VersionInfo(core.Sequence):  # type: ignore[misc]
    """The versions of the data structure and of Unicode."""

    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class SecurityObject(core.Sequence):  # type: ignore[misc]
    """LDSSecurityObject of Doc 9303 part 10: what the country signed."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", GroupHashes),
        ("versions", VersionInfo, {"optional": True}),
    ]


def check(
    sod: bytes | None, groups: Mapping[int, bytes], trusted: Iterable[Certificate], moment: datetime
) -> Authenticity:
    """Check what was read (data group number to file) against EF.SOD, and the signer against the trusted countries."""
    if sod is None:
        return Authenticity(Verdict.UNSIGNED)
    signer_name = ""
    try:
        signed = _signed_data(sod)
        signer = _signer(signed)
        signer_name = certificates.subject(signer)
        content = signed["encap_content_info"]["content"].contents
        _check_hashes(content, groups)
        _check_signature(signed, signer, content)
    except DocumentError as error:
        verdict = Verdict.UNCHECKED if error.code == "unsupported" else Verdict.ALTERED
        return Authenticity(verdict, signer_name, detail=error.detail)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        # asn1crypto parses as it is asked, and says what it cannot parse in several ways.
        return Authenticity(Verdict.ALTERED, signer_name, detail=f"EF.SOD: {type(error).__name__}")
    return _vouched(signer, trusted, moment)


def _signed_data(sod: bytes) -> cms.SignedData:
    info = cms.ContentInfo.load(tlv.need(sod, 0x77))
    if info["content_type"].native != "signed_data":
        raise DocumentError("bad_data", "EF.SOD is no signature")
    signed = info["content"]
    if signed["encap_content_info"]["content_type"].dotted != LDS_SECURITY_OBJECT or len(signed["signer_infos"]) != 1:
        raise DocumentError("bad_data", "EF.SOD signs something else")
    return signed


def _signer(signed: cms.SignedData) -> Certificate:
    wanted = signed["signer_infos"][0]["sid"]
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if wanted.name == "issuer_and_serial_number":
            serial = wanted.chosen["serial_number"].native
            if certificate.serial_number == serial and certificate.issuer == wanted.chosen["issuer"]:
                return certificate
        elif certificate.key_identifier == wanted.chosen.native:
            return certificate
    raise DocumentError("bad_data", "the signer's certificate is missing")


def _check_hashes(content: bytes, groups: Mapping[int, bytes]) -> None:
    stated = SecurityObject.load(content)
    algorithm = stated["hash_algorithm"]["algorithm"].native
    if algorithm not in certificates.HASHES:
        raise DocumentError("unsupported", f"hash {algorithm}")
    values = {item["number"].native: item["value"].native for item in stated["hashes"]}
    for number, content_of_group in groups.items():
        digest = hashlib.new(algorithm, content_of_group).digest()
        if number not in values or not compare_digest(values[number], digest):
            raise DocumentError("bad_data", f"DG{number} is not what was signed")


def _check_signature(signed: cms.SignedData, signer: Certificate, content: bytes) -> None:
    info = signed["signer_infos"][0]
    digest_name = info["digest_algorithm"]["algorithm"].native
    if digest_name not in certificates.HASHES:
        raise DocumentError("unsupported", f"hash {digest_name}")
    attributes = info["signed_attrs"]
    message = content
    if attributes.native:
        values = {attribute["type"].native: attribute["values"] for attribute in attributes}
        digest = hashlib.new(digest_name, content).digest()
        if not compare_digest(values["message_digest"][0].native, digest):
            raise DocumentError("bad_data", "the signed digest is another one")
        if values["content_type"][0].dotted != LDS_SECURITY_OBJECT:
            raise DocumentError("bad_data", "the signature is for something else")
        message = attributes.untag().dump()
    certificates.verify(signer, info["signature_algorithm"], info["signature"].native, message, digest_name)


def _vouched(signer: Certificate, trusted: Iterable[Certificate], moment: datetime) -> Authenticity:
    name = certificates.subject(signer)
    for country in trusted:
        if certificates.is_issued_by(signer, country):
            if certificates.is_valid_on(signer, moment) and certificates.is_valid_on(country, moment):
                return Authenticity(Verdict.VERIFIED, name, certificates.subject(country))
            return Authenticity(Verdict.ISSUER_UNKNOWN, name, detail="certificate out of its validity")
    return Authenticity(Verdict.ISSUER_UNKNOWN, name)

"""A made-up country: its certificate, the signer of its documents, and EF.SOD over the files of one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from devices.travel_document import tlv
from devices.travel_document.authenticity import LDS_SECURITY_OBJECT, SecurityObject

Scheme = Literal["rsa", "rsa_pss", "ecdsa"]
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
YEARS = timedelta(days=3652)


@dataclass(frozen=True)
class Issuer:
    """Keys and certificates of a country and of the signer of its documents."""

    country: x509.Certificate
    signer: x509.Certificate
    key: Key
    scheme: Scheme

    @classmethod
    def new(cls, scheme: Scheme = "ecdsa", curve: ec.EllipticCurve | None = None, now: datetime | None = None) -> Self:
        """A country of its own, with new keys; valid for ten years around `now`."""
        moment = now or datetime.now(UTC)
        country_key, key = _new_key(scheme, curve), _new_key(scheme, curve)
        country_name = _name("Made-up Country Signing CA")
        country = _certificate(country_name, country_name, country_key, country_key, moment, authority=True)
        signer = _certificate(_name("Made-up Document Signer"), country_name, key, country_key, moment, authority=False)
        return cls(country, signer, key, scheme)

    @property
    def country_pem(self) -> bytes:
        """The country's certificate as an operator would keep it."""
        return self.country.public_bytes(serialization.Encoding.PEM)

    def sign(self, groups: Mapping[int, bytes], hash_name: str = "sha256") -> bytes:
        """EF.SOD over data groups (number to file)."""
        content = SecurityObject(
            {
                "version": 0,
                "hash_algorithm": {"algorithm": hash_name},
                "hashes": [
                    {"number": number, "value": hashlib.new(hash_name, file).digest()}
                    for number, file in sorted(groups.items())
                ],
            }
        ).dump()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [LDS_SECURITY_OBJECT]},
                {"type": "message_digest", "values": [hashlib.new(hash_name, content).digest()]},
            ]
        )
        signed = self._signed_data(content, attributes, hash_name)
        return tlv.encode(0x77, cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())

    def _signed_data(self, content: bytes, attributes: cms.CMSAttributes, hash_name: str) -> cms.SignedData:
        certificate = asn1_x509.Certificate.load(self.signer.public_bytes(serialization.Encoding.DER))
        identifier = cms.IssuerAndSerialNumber(
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        )
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": hash_name}],
                "encap_content_info": {
                    "content_type": LDS_SECURITY_OBJECT,
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [certificate],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier("issuer_and_serial_number", identifier),
                        "digest_algorithm": {"algorithm": hash_name},
                        "signed_attrs": attributes,
                        "signature_algorithm": self._algorithm(hash_name),
                        "signature": self._signature(attributes.dump(), hash_name),
                    }
                ],
            }
        )

    def _algorithm(self, hash_name: str) -> algos.SignedDigestAlgorithm:
        if self.scheme == "rsa":
            return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
        if self.scheme == "ecdsa":
            return algos.SignedDigestAlgorithm({"algorithm": f"{hash_name}_ecdsa"})
        parameters = {
            "hash_algorithm": {"algorithm": hash_name},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": hash_name}},
            "salt_length": hashlib.new(hash_name).digest_size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def _signature(self, message: bytes, hash_name: str) -> bytes:
        hashed: hashes.HashAlgorithm = getattr(hashes, hash_name.upper())()
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashed))
        if self.scheme == "rsa_pss":
            return self.key.sign(message, padding.PSS(padding.MGF1(hashed), padding.PSS.DIGEST_LENGTH), hashed)
        return self.key.sign(message, padding.PKCS1v15(), hashed)


def _new_key(scheme: Scheme, curve: ec.EllipticCurve | None) -> Key:
    if scheme == "ecdsa":
        return ec.generate_private_key(curve or ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "UT"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Utopia"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, issuer_key: Key, moment: datetime, *, authority: bool
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - YEARS / 2)
        .not_valid_after(moment + YEARS / 2)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )

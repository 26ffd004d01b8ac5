"""Certificates of document signers and of the countries above them, with curves written out in full where they are.

`cryptography` refuses keys whose curve is written out; many countries' certificates have such. The curve is then
looked up among the known ones and the key rebuilt.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import algos, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from devices.travel_document.curves import CURVES
from devices.travel_document.errors import DocumentError

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
NAMED: dict[str, ec.EllipticCurve] = {
    "secp192r1": ec.SECP192R1(),
    "secp224r1": ec.SECP224R1(),
    "secp256r1": ec.SECP256R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "secp384r1": ec.SECP384R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
    "secp521r1": ec.SECP521R1(),
}
SUFFIXES = (".cer", ".crt", ".der", ".pem")
Certificate = Any
"""An `asn1crypto.x509.Certificate`; the package has no types."""


def load_folder(folder: Path) -> list[Certificate]:
    """The certificates of a folder, PEM or DER. Raises DocumentError (`bad_data`) for a file that is none."""
    found: list[Certificate] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES:
            continue
        content = path.read_bytes()
        try:
            if pem.detect(content):
                found += [_load(der) for _name, _headers, der in pem.unarmor(content, multiple=True)]
            else:
                found.append(_load(content))
        except (ValueError, TypeError):
            raise DocumentError("bad_data", f"{path.name} is no certificate") from None
    return found


def _load(der: bytes) -> Certificate:
    certificate = x509.Certificate.load(der, strict=True)
    certificate.native  # noqa: B018 - asn1crypto parses when it is asked
    return certificate


def subject(certificate: Certificate) -> str:
    """The name of the holder, for people."""
    return str(certificate.subject.human_friendly)


def is_valid_on(certificate: Certificate, moment: datetime) -> bool:
    """Whether a moment lies within the certificate's validity."""
    return bool(certificate.not_valid_before <= moment.astimezone(UTC) <= certificate.not_valid_after)


def is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether `issuer` may issue certificates, is the named one, and its key made the signature.

    An algorithm that we do not know makes it False.
    """
    try:
        if certificate.issuer != issuer.subject or not issuer.ca:
            return False
        wanted, own = certificate.authority_key_identifier, issuer.key_identifier
        if wanted is not None and own is not None and wanted != own:
            return False
        verify(
            issuer,
            certificate["signature_algorithm"],
            certificate["signature_value"].native,
            certificate["tbs_certificate"].dump(),
        )
    except (DocumentError, ValueError, TypeError):
        # asn1crypto parses an extension when it is asked for it.
        return False
    return True


def verify(certificate: Certificate, algorithm: Any, signature: bytes, message: bytes, digest: str = "") -> None:
    """Check a signature with a certificate's key: RSA (PKCS #1 v1.5, PSS) or ECDSA.

    `digest` names the hash where the algorithm does not. Raises DocumentError: `bad_data` for a signature that does
    not fit, `unsupported` for an algorithm that we do not know.
    """
    try:
        _verify(
            _public_key(certificate), algos.SignedDigestAlgorithm.load(algorithm.dump()), signature, message, digest
        )
    except InvalidSignature:
        raise DocumentError("bad_data", "signature does not fit") from None
    except (UnsupportedAlgorithm, KeyError, ValueError, TypeError) as error:
        raise DocumentError("unsupported", f"signature: {type(error).__name__}") from None


def _verify(key: object, algorithm: Any, signature: bytes, message: bytes, digest: str) -> None:
    kind = algorithm.signature_algo
    hash_name = digest if algorithm["algorithm"].native in {"rsassa_pkcs1v15", "rsa", "ecdsa"} else algorithm.hash_algo
    hashed = HASHES[hash_name]()
    if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
        parameters = algorithm["parameters"]
        mask = HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
        scheme = padding.PSS(padding.MGF1(mask), int(parameters["salt_length"].native))
        key.verify(signature, message, scheme, hashed)
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
        key.verify(signature, message, padding.PKCS1v15(), hashed)
    elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
        key.verify(signature, message, ec.ECDSA(hashed))
    else:
        raise DocumentError("unsupported", f"signature {kind}")


def _public_key(certificate: Certificate) -> object:
    info = certificate.public_key
    if info.algorithm != "ec" or info["algorithm"]["parameters"].name == "named":
        return load_der_public_key(info.dump())
    domain = info["algorithm"]["parameters"].chosen
    prime, order = domain["field_id"]["parameters"].native, domain["order"].native
    name = next((curve.name for curve in CURVES.values() if (curve.p, curve.order) == (prime, order)), "")
    if name not in NAMED:
        raise DocumentError("unsupported", "curve of the certificate")
    return ec.EllipticCurvePublicKey.from_encoded_point(NAMED[name], info["public_key"].native)

"""`pyhanko_judge.py <trusted.pem>[,<trusted.pem>…] <file>…`: what pyHanko says of each signature and document time-stamp of a PDF, a line each:
`<field> intact=<bool> valid=<bool> trusted=<bool> coverage=<name> certifies=<permission or None> docmdp=<bool or None> <file>`. Fetches nothing.
"""
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def certificates(path):
    with open(path, "rb") as file:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]


def judge(roots, path):
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        context = lambda: ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
        for signature in reader.embedded_regular_signatures:
            say(validate_pdf_signature(signature, context()), signature, path)
        for stamp in reader.embedded_timestamp_signatures:
            say(validate_pdf_timestamp(stamp, context()), stamp, path)


def say(status, signature, path):
    docmdp = getattr(status, "docmdp_ok", None)
    permission = getattr(signature, "docmdp_level", None)
    certifies = permission.name if permission is not None else None
    print(
        f"{signature.field_name} intact={status.intact} valid={status.valid} trusted={status.trusted}"
        f" coverage={status.coverage.name} certifies={certifies} docmdp={docmdp} {path}"
    )


roots = [certificate for path in sys.argv[1].split(",") for certificate in certificates(path)]
for path in sys.argv[2:]:
    judge(roots, path)

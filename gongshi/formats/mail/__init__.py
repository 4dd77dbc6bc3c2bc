"""Mail as it comes in (RFC 5322, RFC 2045-2047, RFC 2231): bytes in, plain values out.

Nothing in a mail is believed: every header may be forged, damaged or missing, and every charset may be a wrong one.
"""

from gongshi.formats.mail.model import Mail, MailFile, Unreadable
from gongshi.formats.mail.reading import read_mail, read_top

__all__ = ["Mail", "MailFile", "Unreadable", "read_mail", "read_top"]

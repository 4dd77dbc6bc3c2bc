"""Files that programs send: counted, checked and refused as on the pages."""

from django.http import HttpRequest
from ninja import UploadedFile

from gongshi.api.problems import Refusal, in_both
from gongshi.cases.actions.uploads import MOST_FILES
from gongshi.safekeeping.labels import UPLOADS
from gongshi.safekeeping.limits import attempt_at
from gongshi.safekeeping.photos import Prepared, UploadError, prepare


def too_many_files() -> Refusal:
    """More files than can be taken."""
    words = (
        f"一次最多{MOST_FILES}个文件，总数也有限",
        f"up to {MOST_FILES} files at a time, and not without end",
    )
    fault = {"where": "files", "code": "too_many", "zh": words[0], "en": words[1]}
    return Refusal(*words, 422, errors=[fault])


def taken_in(request: HttpRequest, one: UploadedFile, *, evidence: bool) -> Prepared:
    """A file, counted before it is decoded, and checked. Raises Refusal."""
    if wait := attempt_at("uploads", request.META).wait:
        raise Refusal("文件送得太快，还没有收下", "too many files: none was taken yet", 429, wait=wait)
    try:
        return prepare(one, evidence=evidence)
    except UploadError as error:
        fault = {"where": "files", "code": error.code, **in_both(UPLOADS[error.code])}
        raise Refusal("这个文件不能收", "this file cannot be taken", 422, errors=[fault]) from None

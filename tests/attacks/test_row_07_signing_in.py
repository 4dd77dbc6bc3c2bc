"""Row 7: hashing passwords is slow on purpose; many at once hold up nobody else."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from gongshi.web.desk.hashing import AT_ONCE
from tests.attacks.http import request, send
from tests.cast import Town

pytestmark = pytest.mark.django_db(transaction=True)


def test_row_07_many_at_the_door_leave_the_server_to_others(
    port: int, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program's own way in, up to the hash, which takes as long as on a slow machine."""
    at_once, most, counted = 0, [0], threading.Lock()

    def slow(*_: object, **__: object) -> str:
        nonlocal at_once
        with counted:
            at_once += 1
            most.append(at_once)
        time.sleep(1.5)
        with counted:
            at_once -= 1
        return "argon2$no-hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
    client = Client()
    page = client.get("/desk/login/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "login": "nobody", "password": "x" * 20}
    body = urlencode(fields).encode()
    cookie = f"Cookie: csrftoken={client.cookies['csrftoken'].value}"
    kind = "Content-Type: application/x-www-form-urlencoded"
    one = request("POST", "/desk/login/", cookie, kind, f"Content-Length: {len(body)}", body=body)
    with ThreadPoolExecutor(50) as pool:
        tries = [pool.submit(send, port, one, seconds=30) for _ in range(50)]
        time.sleep(0.5)
        for _ in range(3):
            before = time.monotonic()
            statuses, _ = send(port, request("GET", "/what-we-keep/"), seconds=10)
            assert statuses == [200]
            assert time.monotonic() - before < 1
        answers = [done.result() for done in tries]
    told = Counter(status for statuses, _ in answers for status in statuses)
    later = [got for _, got in answers if "现在登录的人太多".encode() in got]
    assert len(later) >= 40
    assert all(b"Retry-After: 30\r\n" in got for got in later)
    assert told[429] >= len(later)
    assert told[200] + told[429] == 50
    assert max(most) == AT_ONCE

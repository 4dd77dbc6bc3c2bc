"""Text messages through a plain HTTP gateway.

``POST {"to": number, "text": words}`` as JSON to the address in ``sms_url``, with the outbox row's id as
Idempotency-Key, so that a gateway can tell a message it got twice. Any 2xx means taken. A redirect is not followed and
no proxy is asked: the message goes to the host in the settings or nowhere.
"""

import http.client
import json
import ssl

from gongshi.notifications.addresses import AddressError, phone_number
from gongshi.notifications.servers import Gateway
from gongshi.notifications.transports.notices import Notice, PermanentFailure, Result, Sent, TemporaryFailure

TIMEOUT_SECONDS = 15
# The gateway has understood and will not send to this number. Every other refusal the operator can put right.
FOR_GOOD = frozenset({400, 422})


class SmsTransport:
    """Sends each notice in a request of its own."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(self, notice: Notice) -> Result:
        """Post one notice. The answer's body is not read."""
        try:
            to = phone_number(notice.to)
        except AddressError:
            return PermanentFailure("bad_address")
        connection = self._connection()
        try:
            connection.request("POST", self._gateway.target, self._body(to, notice), self._headers(notice))
            return _result(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return TemporaryFailure(_code(error), of_server=True)
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing is held open."""

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._gateway.host, self._gateway.port
        if self._gateway.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)

    @staticmethod
    def _body(to: str, notice: Notice) -> bytes:
        return json.dumps({"to": to, "text": notice.text}, ensure_ascii=False).encode()

    def _headers(self, notice: Notice) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(notice.id),
            "Connection": "close",
        }
        if self._gateway.authorization:
            headers["Authorization"] = self._gateway.authorization
        return headers


def _result(status: int) -> Result:
    if 200 <= status < 300:
        return Sent()
    code = f"http_{status}"
    return PermanentFailure(code) if status in FOR_GOOD else TemporaryFailure(code, of_server=True)


def _code(error: Exception) -> str:
    match error:
        case ssl.SSLError():
            return "not_secure"
        case TimeoutError():
            return "no_reply"
        case ConnectionResetError() | BrokenPipeError() | http.client.HTTPException():
            return "disconnected"
        case _:
            return "unreachable"

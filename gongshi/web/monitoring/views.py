"""The two addresses: `/healthz` for whoever asks, `/metrics` for whoever holds the token."""

from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongshi.web.monitoring import health, metrics


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (Django hands it over)
    """200 if the program can do its work, else 503. Which part cannot is told on the machine: `gongshi check`."""
    if health.is_well():
        return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
    return HttpResponse("unavailable\n", content_type="text/plain; charset=utf-8", status=503)


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """The metrics, for who sends ``Authorization: Bearer`` and the token; for all others there is no such page.

    Where a request comes from is not asked: behind a proxy that nobody told the program about, everybody seems to
    come from this machine.
    """
    given = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    return HttpResponse(metrics.text(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")

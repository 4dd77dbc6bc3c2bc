"""Every address of the program. 中文 stands at ``/``, English at ``/en/``: no page depends on a header.

Addresses for machines have no language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("gongshi.web.monitoring.urls")),
    path("", include("gongshi.web.public.device_urls")),
    path("api/", include("gongshi.api.urls")),
    path("feeds/", include("gongshi.api.feeds")),
    path("open311/", include("gongshi.api.open311.urls")),
    path("open-data/", include("gongshi.web.public.openly.data_urls")),
    *i18n_patterns(
        path("desk/", include("gongshi.web.desk.urls")),
        path("", include("gongshi.web.public.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "gongshi.web.public.refusals.bad_request"
handler403 = "gongshi.web.public.refusals.forbidden"
handler429 = "gongshi.web.limits.handler429"  # allauth's, where it counts for itself
handler404 = "gongshi.web.desk.refusals.not_found"
handler500 = "gongshi.web.public.refusals.server_error"

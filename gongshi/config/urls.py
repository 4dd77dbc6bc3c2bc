"""Every address of the program. 中文 stands at ``/``, English at ``/en/``: no page depends on a header."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

_desk = [path("desk/", include("gongshi.web.desk.urls"))] if find_spec("gongshi.web.desk.urls") else []
urlpatterns = [
    *i18n_patterns(
        *_desk,
        path("", include("gongshi.web.public.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "gongshi.web.public.refusals.bad_request"
handler403 = "gongshi.web.public.refusals.forbidden"
handler404 = "gongshi.web.public.refusals.not_found"
handler500 = "gongshi.web.public.refusals.server_error"

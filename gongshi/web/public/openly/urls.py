"""Addresses of what is public, in the namespace of the pages that include them."""

from django.urls import path

from gongshi.web.public.openly import listed, numbers, open_data, programs, views

urlpatterns = [
    path("published/", listed.published, name="published"),
    path("published/view/", listed.view, name="published_view"),
    path("published/base.json", listed.base, name="published_base"),
    path("published/<uuid:public_id>/", views.published_case, name="published_case"),
    path("figures/", numbers.figures, name="figures"),
    *(
        path(f"figures/{by}/<slug:code>/", numbers.group_figures, {"by": by}, name=f"{by}_figures")
        for by in numbers.TABS
    ),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/<slug:edition_name>/", open_data.open_data_edition, name="open_data_edition"),
    path("programs/", programs.programs, name="programs"),
]

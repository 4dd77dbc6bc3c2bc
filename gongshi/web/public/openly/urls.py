"""Addresses of what is public, in the namespace of the pages that include them."""

from django.urls import path

from gongshi.web.public.openly import programs, views

urlpatterns = [
    path("published/", views.published, name="published"),
    path("published/<uuid:public_id>/", views.published_case, name="published_case"),
    path("figures/", views.figures, name="figures"),
    path("programs/", programs.programs, name="programs"),
]

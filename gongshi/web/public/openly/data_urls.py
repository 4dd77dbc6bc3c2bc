"""Addresses of open data that programs read: one for each thing, whatever language its page is in."""

from django.urls import path

from gongshi.web.public.openly import open_catalogue, open_data

urlpatterns = [
    path("catalogue.jsonld", open_catalogue.catalogue, name="open_data_catalogue"),
    path("<slug:edition_name>/<str:name>", open_data.open_data_file, name="open_data_file"),
]

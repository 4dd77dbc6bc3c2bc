"""Addresses that a device asks for once for the whole site, whatever the language."""

from django.urls import path

from gongshi.web.public import installed

app_name = "device"
urlpatterns = [
    path("sw.js", installed.service_worker, name="service_worker"),
    path("icon-192.png", installed.icon, {"size": 192}, name="icon_192"),
    path("icon-512.png", installed.icon, {"size": 512}, name="icon_512"),
]

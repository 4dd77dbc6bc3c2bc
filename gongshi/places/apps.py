from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "gongshi.places"
    label = "places"

"""Addresses for machines, in no language."""

from django.urls import path

from gongshi.web.monitoring import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.show_metrics, name="metrics"),
]

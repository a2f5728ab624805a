"""Every address of the product; see the design's list of stable ones."""

from django.urls import URLPattern, URLResolver, include, path

from hanhlang.web import health

handler500 = health.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.show_metrics, name="metrics"),
    path("api/v1/", include("hanhlang.api.v1.urls")),
    path("desk/", include("hanhlang.web.desk.urls")),
    path("portal/", include("hanhlang.web.portal.urls")),
    path("", include("hanhlang.web.signin.urls")),
    path("", include("hanhlang.web.public.urls")),
]

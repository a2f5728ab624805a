from django.urls import URLPattern, URLResolver, path

from hanhlang.web.portal import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/", views.agenda, name="portal"),
    path("<str:week>/calendar/", views.make_calendar, name="portal-calendar"),
    path("<str:week>/calendar/revoke/", views.revoke_calendar, name="portal-calendar-revoke"),
    path("<str:week>/delegations/<slug:key>/", views.delegation_agenda, name="portal-delegation"),
]

from django.urls import URLPattern, URLResolver, path

from hanhlang.web.portal import business_urls, requests, urls_around, urls_day, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/", views.agenda, name="portal"),
    path("<str:week>/calendar/", views.make_calendar, name="portal-calendar"),
    path("<str:week>/calendar/revoke/", views.revoke_calendar, name="portal-calendar-revoke"),
    path("<str:week>/delegations/<slug:key>/", views.delegation_agenda, name="portal-delegation"),
    path("<str:week>/delegations/<slug:key>/requests/", requests.requests, name="portal-requests"),
    path("<str:week>/delegations/<slug:key>/requests/new/", requests.ask, name="portal-request-ask"),
    path("<str:week>/delegations/<slug:key>/requests/pull-aside/", requests.pull_aside, name="portal-pull-aside"),
    path("<str:week>/delegations/<slug:key>/requests/<int:number>/", requests.one, name="portal-request"),
    path("<str:week>/delegations/<slug:key>/requests/<int:number>/<slug:deed>/", requests.deed, name="portal-request-deed"),
    *urls_around.urlpatterns,
    *urls_day.urlpatterns,
    *business_urls.urlpatterns,
]

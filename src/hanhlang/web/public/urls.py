"""Addresses that anybody may open."""

from django.urls import URLPattern, URLResolver, path, register_converter

from hanhlang.web.public import calendar, converters, directory, programme, sessions, start

register_converter(converters.Language, "lang")
register_converter(converters.Day, "day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.choose, name="start"),
    path("language/<lang:code>/", start.choose_language, name="choose-language"),
    path("<lang:language>/", start.weeks, name="weeks"),
    path("<lang:language>/<slug:week>/", start.home, name="week-home"),
    path("<lang:language>/<slug:week>/programme/", programme.programme, name="programme"),
    path("<lang:language>/<slug:week>/programme/all/", programme.all_days, name="programme-all"),
    path("<lang:language>/<slug:week>/programme/<day:day>/", programme.programme, name="programme-day"),
    path("<lang:language>/<slug:week>/my-programme/", programme.my_programme, name="my-programme"),
    path("<lang:language>/<slug:week>/search/", directory.search, name="search"),
    path("<lang:language>/<slug:week>/sessions/<slug:key>/", sessions.session, name="session"),
    path("<lang:language>/<slug:week>/speakers/", directory.speakers, name="speakers"),
    path("<lang:language>/<slug:week>/speakers/<slug:key>/", directory.speaker, name="speaker"),
    path("<lang:language>/<slug:week>/organisations/", directory.organisations, name="organisations"),
    path("<lang:language>/<slug:week>/organisations/<slug:key>/", directory.organisation, name="organisation"),
    path("<lang:language>/<slug:week>/delegations/", directory.delegations, name="delegations"),
    path("<lang:language>/<slug:week>/delegations/<slug:key>/", directory.delegation, name="delegation"),
    path("<slug:week>/programme.ics", calendar.programme_ics, name="programme-ics"),
]

"""Addresses that anybody may open."""

from django.urls import URLPattern, URLResolver, path, register_converter

from hanhlang.web.public import calendar, converters, programme, sessions, start

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
    path("<lang:language>/<slug:week>/search/", programme.all_days, name="search"),
    path("<lang:language>/<slug:week>/sessions/<slug:key>/", sessions.session, name="session"),
    path("<lang:language>/<slug:week>/speakers/", sessions.speakers, name="speakers"),
    path("<slug:week>/programme.ics", calendar.programme_ics, name="programme-ics"),
]

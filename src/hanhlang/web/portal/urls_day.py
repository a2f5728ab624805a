"""What happens on the day: notices, calendar entries by mail, stand-ins, the liaison officer's phone."""

from django.urls import URLPattern, URLResolver, path

from hanhlang.web.portal import liaison, notices, stand_ins

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/notices/seen/", notices.seen, name="portal-notices-seen"),
    path("<str:week>/calendar/by-mail/", notices.send_entries, name="portal-entries"),
    path("<str:week>/calendar/by-mail/end/", notices.end_entries, name="portal-entries-end"),
    path("<str:week>/stand-ins/", stand_ins.stand_ins, name="portal-stand-ins"),
    path("<str:week>/stand-ins/<int:number>/", stand_ins.name, name="portal-stand-in"),
    path("<str:week>/stand-ins/answer/<uuid:stand_in>/", stand_ins.answer, name="portal-stand-in-answer"),
    path("<str:week>/liaison/", liaison.liaison, name="portal-liaison"),
    path("<str:week>/liaison/<uuid:notice>/", liaison.tap, name="portal-liaison-tap"),
]

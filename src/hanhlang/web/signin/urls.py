from django.urls import URLPattern, URLResolver, path

from hanhlang.web import agenda_feed
from hanhlang.web.signin import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("demo/sign-in/", views.sign_in_for_demo, name="demo-sign-in"),
    path("demo/clock/", views.move_clock, name="demo-clock"),
    path("agenda/<str:token>.ics", agenda_feed.feed, name="agenda-feed"),
]

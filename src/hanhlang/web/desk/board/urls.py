from django.urls import URLPattern, path

from hanhlang.web.desk.board import views, wall

urlpatterns: list[URLPattern] = [
    path("<str:week>/board/", views.page, name="desk-board"),
    path("<str:week>/board/data/", views.data, name="desk-board-data"),
    path("<str:week>/wall/", wall.wall, name="desk-wall"),
]

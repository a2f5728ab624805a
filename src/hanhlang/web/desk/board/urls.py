from django.urls import URLPattern, path

from hanhlang.web.desk.board import moves, views, wall

urlpatterns: list[URLPattern] = [
    path("<str:week>/board/", views.page, name="desk-board"),
    path("<str:week>/board/data/", views.data, name="desk-board-data"),
    path("<str:week>/board/move/", moves.move, name="desk-board-move"),
    path("<str:week>/board/move/begin/", moves.begin, name="desk-board-move-begin"),
    path("<str:week>/board/move/verdict/", moves.verdict, name="desk-board-move-verdict"),
    path("<str:week>/wall/", wall.wall, name="desk-wall"),
]

"""What stands around the meetings: paper, and what is to come of them."""

from django.urls import URLPattern, path

from hanhlang.web.desk import paper

urlpatterns: list[URLPattern] = [
    path("<str:week>/paper/", paper.paper, name="desk-paper"),
    path("<str:week>/paper/packs/", paper.order, name="desk-packs-order"),
    path("<str:week>/paper/packs/<uuid:order>.zip", paper.archive, name="desk-packs"),
    path("<str:week>/paper/meetings.xlsx", paper.meetings_book, name="desk-meetings-book"),
    path("<str:week>/delegations/<slug:key>/pack.pdf", paper.pack, name="desk-pack"),
    path("<str:week>/delegations/<slug:key>/agenda.xlsx", paper.agenda_book, name="desk-agenda-book"),
    path("<str:week>/meetings/<int:number>/card.pdf", paper.card, name="desk-card"),
]

"""What stands around the meetings of those who take part: paper, and what is to come of them."""

from django.urls import URLPattern, path

from hanhlang.web.portal import after, paper

urlpatterns: list[URLPattern] = [
    path("<str:week>/delegations/<slug:key>/pack.pdf", paper.pack, name="portal-pack"),
    path("<str:week>/delegations/<slug:key>/agenda.xlsx", paper.agenda_book, name="portal-agenda-book"),
    path("<str:week>/meetings/<int:number>/card.pdf", paper.card, name="portal-card"),
    path("<str:week>/after/", after.overview, name="portal-after"),
    path("<str:week>/after/<uuid:follow_up>/done/", after.done, name="portal-follow-up-done"),
    path("<str:week>/meetings/<int:number>/after/", after.meeting, name="portal-after-meeting"),
    path("<str:week>/meetings/<int:number>/after/outcome/", after.outcome, name="portal-after-outcome"),
    path("<str:week>/meetings/<int:number>/after/mark/", after.mark, name="portal-after-mark"),
    path("<str:week>/meetings/<int:number>/after/note/", after.note, name="portal-after-note"),
    path("<str:week>/meetings/<int:number>/after/follow-up/", after.follow_up, name="portal-after-follow-up"),
]

"""What stands around the meetings: paper, and what is to come of them."""

from django.urls import URLPattern, path

from hanhlang.web.desk import after, doors, paper, resources, transfers

urlpatterns: list[URLPattern] = [
    path("<str:week>/paper/", paper.paper, name="desk-paper"),
    path("<str:week>/paper/packs/", paper.order, name="desk-packs-order"),
    path("<str:week>/paper/packs/<uuid:order>.zip", paper.archive, name="desk-packs"),
    path("<str:week>/paper/meetings.xlsx", paper.meetings_book, name="desk-meetings-book"),
    path("<str:week>/delegations/<slug:key>/pack.pdf", paper.pack, name="desk-pack"),
    path("<str:week>/delegations/<slug:key>/agenda.xlsx", paper.agenda_book, name="desk-agenda-book"),
    path("<str:week>/meetings/<int:number>/card.pdf", paper.card, name="desk-card"),
    path("<str:week>/doors/", doors.doors, name="desk-doors"),
    path("<str:week>/doors/<slug:key>/", doors.door, name="desk-door"),
    path("<str:week>/doors/<slug:key>/sign.pdf", doors.sign, name="desk-door-sign"),
    path("<str:week>/after/", after.figures, name="desk-after"),
    path("<str:week>/after/<uuid:follow_up>/done/", after.done, name="desk-follow-up-done"),
    path("<str:week>/meetings/<int:number>/after/", after.meeting, name="desk-after-meeting"),
    path("<str:week>/meetings/<int:number>/after/outcome/", after.outcome, name="desk-after-outcome"),
    path("<str:week>/meetings/<int:number>/after/mark/", after.mark, name="desk-after-mark"),
    path("<str:week>/meetings/<int:number>/after/note/", after.note, name="desk-after-note"),
    path("<str:week>/meetings/<int:number>/after/follow-up/", after.follow_up, name="desk-after-follow-up"),
    path("<str:week>/resources/", resources.resources, name="desk-resources"),
    path("<str:week>/resources/teams/<slug:key>/", resources.team, name="desk-team"),
    path("<str:week>/resources/<slug:what>/", resources.add, name="desk-resource-add"),
    path("<str:week>/resources/<slug:what>/<uuid:row>/remove/", resources.remove, name="desk-resource-remove"),
    path("<str:week>/transfers/", transfers.transfers, name="desk-transfers"),
]

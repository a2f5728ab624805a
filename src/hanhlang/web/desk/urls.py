from django.urls import URLPattern, URLResolver, path

from hanhlang.web.desk import changes, delegations, front, importing, meetings, moving, my_site, plan, roles, stuck, tokens, urls_around
from hanhlang.web.desk.board import urls as board

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/", front.front, name="desk"),
    path("<str:week>/changes/<int:number>/take-in/", changes.take_in, name="desk-change-take-in"),
    path("<str:week>/plan/", plan.plan_page, name="desk-plan"),
    path("<str:week>/plan/progress/", plan.progress, name="desk-plan-progress"),
    path("<str:week>/plan/search/", plan.search_again, name="desk-plan-search"),
    path("<str:week>/plan/stop/", plan.stop, name="desk-plan-stop"),
    path("<str:week>/plan/<int:number>/publish/", plan.publish, name="desk-plan-publish"),
    path("<str:week>/meetings/<int:number>/", meetings.meeting_page, name="desk-meeting"),
    path("<str:week>/meetings/<int:number>/lock/", meetings.lock, name="desk-meeting-lock"),
    path("<str:week>/meetings/<int:number>/unlock/", meetings.unlock, name="desk-meeting-unlock"),
    path("<str:week>/meetings/<int:number>/move/", moving.move, name="desk-meeting-move"),
    *board.urlpatterns,
    *urls_around.urlpatterns,
    path("<str:week>/import/", importing.upload, name="desk-import"),
    path("<str:week>/import/template.xlsx", importing.template, name="desk-import-template"),
    path("<str:week>/import/<uuid:token>/", importing.look, name="desk-import-look"),
    path("<str:week>/import/<uuid:token>/apply/", importing.apply, name="desk-import-apply"),
    path("<str:week>/import/<uuid:token>/forget/", importing.forget, name="desk-import-forget"),
    path("<str:week>/export/", importing.export, name="desk-export"),
    path("<str:week>/delegations/", delegations.delegations, name="desk-delegations"),
    path("<str:week>/delegations/<slug:key>/", delegations.delegation, name="desk-delegation"),
    path("<str:week>/tokens/", tokens.tokens, name="desk-tokens"),
    path("<str:week>/tokens/<uuid:token>/revoke/", tokens.revoke, name="desk-token-revoke"),
    path("<str:week>/my-site/", my_site.my_site, name="desk-my-site"),
    path("<str:week>/jobs/", stuck.stuck, name="desk-stuck"),
    path("<str:week>/jobs/again/", stuck.try_again, name="desk-stuck-again"),
    path("<str:week>/roles/", roles.roles, name="desk-roles"),
    path("<str:week>/roles/<uuid:role>/withdraw/", roles.withdraw, name="desk-role-withdraw"),
]

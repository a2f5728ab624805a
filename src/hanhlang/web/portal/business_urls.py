"""Addresses of business meetings."""

from django.urls import URLPattern, URLResolver, path

from hanhlang.web.portal import business, business_meeting, business_mine, business_search, business_wishes

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/business/", business.home, name="portal-business"),
    path("<str:week>/business/suggestions/find/", business.find_suggestions, name="portal-business-suggest"),
    path("<str:week>/business/suggestions/stop/", business.stop_suggestions, name="portal-business-suggest-stop"),
    path("<str:week>/business/now/<uuid:ask>/", business.now_answer, name="portal-business-now"),
    path("<str:week>/business/wishes/<uuid:wish>/", business_wishes.wish, name="portal-business-wish"),
    path("<str:week>/business/wishes/<uuid:wish>/accept/", business_wishes.accept, name="portal-business-accept"),
    path("<str:week>/business/wishes/<uuid:wish>/decline/", business_wishes.decline, name="portal-business-decline"),
    path("<str:week>/business/wishes/<uuid:wish>/withdraw/", business_wishes.withdraw, name="portal-business-withdraw"),
    path("<str:week>/business/search/", business_search.search, name="portal-business-search"),
    path("<str:week>/business/firms/<slug:key>/", business_search.firm, name="portal-business-firm"),
    path("<str:week>/business/firms/<slug:key>/ask/", business_search.ask, name="portal-business-ask"),
    path("<str:week>/business/firms/<slug:key>/block/", business_search.block_firm, name="portal-business-block"),
    path("<str:week>/business/meetings/<int:number>/", business_meeting.meeting, name="portal-business-meeting"),
    path("<str:week>/business/meetings/<int:number>/stand-in/", business_meeting.pass_seat, name="portal-business-stand-in"),
    path("<str:week>/business/meetings/<int:number>/call-off/", business_meeting.call_off, name="portal-business-call-off"),
    path("<str:week>/business/meetings/<int:number>/missing/", business_meeting.missing, name="portal-business-missing"),
    path("<str:week>/business/meetings/<int:number>/ask-now/<uuid:person>/", business_meeting.ask_now, name="portal-business-ask-now"),
    path("<str:week>/business/profile/", business_mine.profile, name="portal-business-profile"),
    path("<str:week>/business/terms/", business_mine.terms, name="portal-business-terms"),
    path("<str:week>/business/blocks/", business_mine.blocks, name="portal-business-blocks"),
    path("<str:week>/business/blocks/<uuid:block>/end/", business_mine.end_block, name="portal-business-unblock"),
]

"""What happens on the day: at the tables."""

from django.urls import URLPattern, URLResolver, path

from hanhlang.web.desk import people_picker, tables_now

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:week>/people/", people_picker.find, name="desk-people"),
    path("<str:week>/tables/", tables_now.tables, name="desk-tables"),
    path("<str:week>/tables/<int:number>/no-show/", tables_now.no_show, name="desk-no-show"),
    path("<str:week>/tables/<uuid:report>/come/", tables_now.come_now, name="desk-come-now"),
]

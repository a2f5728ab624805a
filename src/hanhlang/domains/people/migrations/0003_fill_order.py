from __future__ import annotations

from typing import Any

from django.db import migrations

# Derived columns hold what the present functions give; an older copy of them here would fill in the past's order.
from hanhlang.domains.core.sorting import name_order_key, order_key

BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every organisation and person its place in the alphabet; running it twice changes nothing."""
    organisations = list(apps.get_model("people", "Organisation").objects.only("name", "sort_name"))
    for row in organisations:
        row.sorted_vi, row.sorted_en = order_key(row.name.shown("vi")), order_key(row.sort_name or row.name.shown("en"))
    apps.get_model("people", "Organisation").objects.bulk_update(organisations, ["sorted_vi", "sorted_en"], batch_size=BATCH)
    people = list(apps.get_model("people", "Person").objects.only("name"))
    for row in people:
        row.sorted = name_order_key(row.name)
    apps.get_model("people", "Person").objects.bulk_update(people, ["sorted"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_order")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

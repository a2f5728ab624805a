from __future__ import annotations

from typing import Any

from django.db import migrations

# A derived column holds what the present function gives; an older copy of it here would not find what search asks for.
from hanhlang.domains.core.folding import fold


def fill(apps: Any, schema_editor: Any) -> None:
    """Let every delegation be found by its names and its three letters; running it twice changes nothing."""
    rows = list(apps.get_model("delegations", "Delegation").objects.only("name", "code"))
    for row in rows:
        row.folded = fold(" ".join([*row.name.texts.values(), row.code]))
    apps.get_model("delegations", "Delegation").objects.bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("delegations", "0002_search_column")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

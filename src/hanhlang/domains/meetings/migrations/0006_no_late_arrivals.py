from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_late_arrivals_become_changes")]
    operations = [migrations.DeleteModel(name="LateArrival")]

"""Why a backup cannot be made or used."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class BackupRefused(CodedError):
    """A backup cannot be made or used; nothing was changed."""

    code = "backup.refused"


class FileStands(BackupRefused):
    code = "backup.file_stands"
    text = _("%(file)s is there already and is not overwritten. Name another file.")


class CannotWrite(BackupRefused):
    code = "backup.cannot_write"
    text = _("%(file)s cannot be written: %(why)s. Name a file in a folder that exists and has room.")


class NotMigrated(BackupRefused):
    code = "backup.not_migrated"
    text = _("This database is not at this version's state. Run `hanhlang migrate` first.")


class Unreadable(BackupRefused):
    code = "backup.unreadable"
    text = _("%(file)s cannot be read: %(why)s. Name a file made by `hanhlang backup`.")


class NotABackup(BackupRefused):
    code = "backup.not_a_backup"
    text = _("%(file)s is no whole backup of Hanhlang: %(why)s. Take another copy of it, or another backup.")


class FromNewerVersion(BackupRefused):
    code = "backup.from_newer_version"
    text = _("%(file)s was made by version %(version)s, which knows %(migration)s; this one does not. Install that version first.")


class NotEmpty(BackupRefused):
    code = "backup.not_empty"
    text = _(
        "This installation holds data (%(what)s); a backup is put into an empty one only. Set HANHLANG_DATABASE_URL to an empty database."
    )


class OtherState(BackupRefused):
    code = "backup.other_state"
    text = _(
        "%(file)s is of another state of the tables than this empty database (%(migration)s). "
        "Name a database without tables: it is then made at the backup's state and brought up to date."
    )


class RowsDoNotFit(BackupRefused):
    code = "backup.rows_do_not_fit"
    text = _("%(file)s holds rows that this database refuses: %(why)s. Nothing was changed; take another backup.")

"""Everything an installation knows, in one file that either database can be made from again. See docs/how-to/backup.md."""

"""A week as the workbook a secretariat fills: written as a template or with what is there, read back all or nothing."""

"""Who meets when and where: frozen problem in, frozen plan out. No Django, no database, no clock."""

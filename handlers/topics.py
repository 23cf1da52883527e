"""The topics: every module whose marked functions answer something."""

from handlers import admin, approving, entries, stock, suggesting

ALL = (admin, approving, entries, stock, suggesting)

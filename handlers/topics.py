"""The topics: every module whose marked functions answer something."""

from handlers import entries, stock

ALL = (entries, stock)

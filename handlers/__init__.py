"""Slack's words in, a business call, a view out. Knows the business and pydantic; no Bolt, no Slack client, no clock."""

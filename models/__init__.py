"""The business: what is stocked and owned, where it is, who has it. Knows no Slack, no clock and no environment."""

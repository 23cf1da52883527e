"""A local Slack workspace that a bot cannot tell from Slack. It knows nothing of what the bot is for."""

"""The wiring: the only place with a token, a socket, a clock, a thread or an environment variable."""

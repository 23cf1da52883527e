"""How fast the bot is, against budgets, in ratios within one run: `python -m tests.benchmarks` prints the table of README."""

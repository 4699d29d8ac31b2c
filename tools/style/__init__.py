"""The rules that tools/check_style enforces, one module for each family of rules."""

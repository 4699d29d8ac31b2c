"""What tools/run_tests is made of: the suites, the rules for skipped tests, and the verdict."""

"""Made-up people, careers and portraits for the demonstration, the tests and the benchmarks."""

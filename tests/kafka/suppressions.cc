// ThreadSanitizer does not see into librdkafka, which is built without it: not the counters by which its threads agree
// on who frees what. What it frees by them is not a race.

extern "C" const char*
__tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)

// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __tsan_default_suppressions() {
  return "race:rd_segment_destroy\n"
         "race:rwlock_destroy\n"
         "race:mtx_destroy\n";
}

// What the leak check of sanitizer builds leaves out of this program. The tests of src/model/ leave out nothing, so
// that a handle of ours that is not released is found there.
#if defined(__SANITIZE_ADDRESS__)

// ONNX Runtime keeps some state of its own for each thread that ran a model until the process ends, and not always
// where the check can see that it is still in use.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
  return "leak:libonnxruntime\n";
}

#endif

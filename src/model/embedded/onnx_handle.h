// Owners of what ONNX Runtime's C API hands out.
#pragma once

#include <onnxruntime_c_api.h>

#include <memory>

namespace penstock::embedded {

// Frees by the function of the API that belongs to the type, as in `Handle<OrtValue>(raw, api.ReleaseValue)`.
template <typename T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

// Gives `make` (a callable that takes a T**, and returns a status) the place of a new handle. The status is the
// caller's, who frees it.
template <typename T, typename Make>
OrtStatus* MakeHandle(Handle<T>& handle, Make make) {
  T* raw = nullptr;
  OrtStatus* status = make(&raw);
  handle.reset(raw);
  return status;
}

}  // namespace penstock::embedded

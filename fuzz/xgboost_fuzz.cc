// Files of XGBoost: whatever the bytes are, reading ends, takes little memory, and gives an ensemble that can be
// evaluated or says why not.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/evaluated.h"
#include "model/embedded/trees/xgboost_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::trees::Ensemble;
  const penstock::Result<Ensemble> ensemble = penstock::trees::ReadXgboost({reinterpret_cast<const char*>(data), size});
  if (ensemble) {
    penstock::trees::ExpectEvaluated(*ensemble);
  } else {
    penstock::trees::ExpectRefused(ensemble.error());
  }
  return 0;
}

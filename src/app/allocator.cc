#include "app/allocator.h"

#ifdef PENSTOCK_MIMALLOC
#include <mimalloc.h>
#endif

namespace penstock::app {

void TuneAllocator() {
#ifdef PENSTOCK_MIMALLOC
  mi_option_set(mi_option_decommit_delay, 0);
  mi_option_set(mi_option_segment_decommit_delay, 0);
#endif
}

}  // namespace penstock::app

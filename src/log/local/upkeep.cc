#include "log/local/upkeep.h"

namespace penstock::local {

Result<void> Upkeep::RunNowAndThen() { return {}; }

}  // namespace penstock::local

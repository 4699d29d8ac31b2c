#include "model/embedded/trees/lanes_body.h"
#include "model/embedded/trees/lanes_ranks.h"
#include "model/embedded/trees/lanes_row.h"

namespace penstock::trees {

const Lanes kPlainLanes = {&FindExits<uint8_t>, &FindExits<uint16_t>, &FindExitsOfRow,
                           &RankRow<float>,     &RankRow<double>,     &RankColumn<float>,
                           &RankColumn<double>, &Add<float>,          &Add<double>};

}  // namespace penstock::trees

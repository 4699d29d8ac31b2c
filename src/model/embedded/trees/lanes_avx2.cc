#include "model/embedded/trees/lanes_body.h"

namespace penstock::trees {

const Lanes kAvx2Lanes = {&FindExits<uint8_t>, &FindExits<uint16_t>, &RankKeys<uint32_t>,
                          &RankKeys<uint64_t>, &Add<float>,          &Add<double>};

}  // namespace penstock::trees

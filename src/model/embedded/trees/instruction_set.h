// What the processor can do.
#pragma once

#include <cstdint>

namespace penstock::trees {

// Each later one includes those before it.
enum class InstructionSet : uint8_t { kPlain, kAvx2, kAvx512 };

InstructionSet BestInstructionSet();

}  // namespace penstock::trees

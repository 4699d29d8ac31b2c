// Events on their way through the steps together.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "event/event.h"
#include "steps/dead_letter.h"

namespace penstock {

enum class Fate : uint8_t {
  kLive,
  kDropped,
  kDead,
  kWaiting,  // for a model that answers later
};

// How an answer that was not given at once came about.
struct Lineage {
  std::string_view prompt{};    // id@hash; empty where there is none
  std::string_view fallback{};  // who was asked before, and why it did not answer
  std::string_view answer{};    // what the model said, where it is no answer
  uint32_t attempts = 0;
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  Duration latency{};
};

// One event of a batch. What it borrows lives as long as the batch.
struct Row {
  Event event;
  Fate fate = Fate::kLive;
  bool has_own_time = false;         // the event's time is not its record's timestamp
  bool for_review = false;           // a step wants a person to look at it
  uint32_t origin = 0;               // the number of the partition that it came from, as the caller counts them
  uint32_t drop_rule = 0;            // of the dropped
  Timestamp time{};                  // the event's
  std::string_view route;            // where the rule that matched leads to; empty before there is one
  std::string_view topic;            // of its output, in place of the outputs' topic; empty: that one
  std::string_view model;            // who answered, or was asked; empty where nobody was
  std::string_view model_version;    // that model's
  const DeadLetter* dead = nullptr;  // of the dead
  std::string_view id;               // what event.id gave; empty without it
  Value output;                      // what the model's answer was made to; null without one
  int32_t chain = -1;                // the number of the route's model, whose fallbacks follow it; -1: none
  uint32_t asked = 0;                // so many of that chain were asked
  bool to_fall_back = false;         // a step of postprocess wants another model to answer
  const Lineage* lineage = nullptr;  // null where nothing is to be said
  std::string_view context{};        // topic/partition/offset of the context record that it was read from

  bool is_live() const { return fate == Fate::kLive; }
};

struct Batch {
  std::vector<Row> rows;
  Arena arena{256 * 1024};

  void Clear() {
    rows.clear();
    arena.Reset();
  }
};

}  // namespace penstock

#include "log/cluster/offset_note.h"

#include <array>
#include <cctype>
#include <charconv>

namespace penstock::cluster {
namespace {

constexpr std::string_view kVersion = "penstock1";
constexpr std::string_view kRanges = "ranges";
constexpr std::string_view kSpill = "spill";

std::string EncodeHead(const std::string& session, uint64_t commit, std::string_view kind) {
  std::string text(kVersion);
  text += ' ' + session + ' ' + std::to_string(commit) + ' ';
  return text.append(kind) += ' ';
}

// Up to the next space, and what follows it.
std::string_view TakeWord(std::string_view& text) {
  const size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
  return word;
}

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

tl::unexpected<Error> NotUnderstood(std::string_view metadata) {
  const std::string shown(metadata.substr(0, 64));
  return Invalid("the metadata of the committed offset is not understood: '" + shown +
                 "'; it was written by a newer version, or by another program. 'penstock group reset' sets offsets " +
                 "without metadata");
}

}  // namespace

std::string Encode(const OffsetNote& note) {
  if (note.spill) return EncodePointer(note.session, note.commit) + std::to_string(*note.spill);
  return EncodeHead(note.session, note.commit, kRanges) + note.ranges;
}

std::string EncodePointer(const std::string& session, uint64_t commit) { return EncodeHead(session, commit, kSpill); }

Result<std::optional<OffsetNote>> DecodeNote(std::string_view metadata) {
  if (metadata.empty()) return std::nullopt;
  std::string_view rest = metadata;
  if (TakeWord(rest) != kVersion) return NotUnderstood(metadata);
  OffsetNote note;
  note.session = TakeWord(rest);
  if (!ParseNumber(TakeWord(rest), note.commit)) return NotUnderstood(metadata);
  const std::string_view kind = TakeWord(rest);
  if (kind == kRanges) {
    note.ranges = rest;
  } else if (kind == kSpill) {
    if (!ParseNumber(rest, note.spill.emplace()) || *note.spill < 0) return NotUnderstood(metadata);
  } else {
    return NotUnderstood(metadata);
  }
  return note;
}

std::string EncodeSpill(const OffsetNote& note) { return EncodeHead(note.session, note.commit, kRanges) + note.ranges; }

Result<std::string> DecodeSpill(const OffsetNote& note, std::string_view value) {
  TRY_ASSIGN(const std::optional<OffsetNote> held, DecodeNote(value));
  if (!held || held->session != note.session || held->commit != note.commit || held->spill)
    return Invalid("the record at offset " + std::to_string(note.spill.value_or(-1)) +
                   " is not the one that the committed offset points at");
  return held->ranges;
}

}  // namespace penstock::cluster

#include "event/json_scanner.h"

#include <array>
#include <cstring>
#include <string>

#include "base/hash.h"
#include "event/compare.h"
#include "event/json_fault.h"
#include "event/json_number.h"
#include "event/json_string.h"

namespace penstock {
namespace {

constexpr uint32_t kFilteredKeys = 32;          // maps with more find their duplicate keys by a table
constexpr size_t kSlotsKept = size_t{1} << 18;  // of that table, from text to text

constexpr std::array<bool, 256> MakeScalarEnds() {
  std::array<bool, 256> ends{};
  for (const unsigned char c : {',', ':', '[', ']', '{', '}', ' ', '\n', '\r', '\t'}) ends[c] = true;
  return ends;
}
constexpr std::array<bool, 256> kScalarEnds = MakeScalarEnds();

bool EndsScalar(char c) { return kScalarEnds[static_cast<unsigned char>(c)]; }

// Spreads keys over 64 bits of one word and 64 of another: by their length and up to eight bytes from either end.
struct KeyBits {
  uint64_t first;
  uint64_t second;
};

// The bytes of a short key as the upper bytes of a word, where reading eight at once would run over the end.
[[gnu::noinline]] uint64_t LoadBytes(std::string_view key) {
  uint64_t word = 0;
  for (const char c : key) word = word >> 8 | uint64_t{static_cast<unsigned char>(c)} << 56;
  return word;
}

KeyBits SpreadKey(std::string_view key, const char* readable_end) {
  const auto load = [](const char* bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  };
  uint64_t word = key.size();
  if (key.size() >= 8) {
    word ^= load(key.data()) + 3 * load(key.data() + key.size() - 8);
  } else if (key.data() + 8 <= readable_end && !key.empty()) {
    word ^= load(key.data()) << (64 - 8 * key.size());
  } else {
    word ^= LoadBytes(key);
  }
  const uint64_t mixed = word * 0x9E3779B97F4A7C15;
  return {uint64_t{1} << (mixed >> 58), uint64_t{1} << ((mixed >> 52) & 63)};
}

// Works through one text.
class Scanner {
 public:
  Scanner(const IndexedJson& json, JsonScanScratch& scratch, Arena& arena)
      : source_(json.source),
        readable_end_(json.readable_end),
        index_(json.index.data()),
        index_count_(static_cast<uint32_t>(json.index.size())),
        frames_(scratch.frames),
        table_(scratch.table),
        arena_(arena),
        nodes_(arena.AllocateArray<JsonNode>(index_count_).data()),
        arena_end_(nodes_ + index_count_),
        has_escapes_(source_.find('\\') != std::string_view::npos) {}

  bool Run();
  const JsonDocument* Finish();
  JsonFault& fault() { return fault_; }

 private:
  bool ReadValue();
  [[gnu::noinline]] bool ReadLiteral(std::string_view word, JsonKind kind, uint64_t value);
  bool ReadNumber();
  bool ReadString(JsonKind plain, JsonKind escaped);
  bool ReadDecoded(JsonNode& node, std::string_view raw, JsonKind kind);
  bool ReadKey();
  bool ReadComma(const char* expected) {
    if (Char() != ',') return FailExpecting(expected);
    ++next_;
    return true;
  }
  bool ListStep();
  bool MapStep();
  [[gnu::noinline]] bool Open(JsonKind kind);
  [[gnu::noinline]] bool Close();
  void NoteKey(uint32_t key);
  void ShadowEarlier(uint32_t key);
  void ShadowInLargeMap();
  void Shadow(uint32_t key);
  [[gnu::cold, gnu::noinline]] bool Fail(size_t offset, const char* what);
  [[gnu::cold, gnu::noinline]] bool FailExpecting(const char* what);
  [[gnu::cold, gnu::noinline]] bool FailNumber(JsonNumberFault fault);
  [[gnu::cold, gnu::noinline]] bool FailDepth();

  char Char() const { return next_ < index_count_ ? source_[index_[next_]] : '\0'; }
  uint32_t Offset() const { return index_[next_]; }
  JsonFrame& Top() { return frames_[depth_ - 1]; }
  std::string_view KeyText(uint32_t key) const {
    const JsonNode& node = nodes_[key];
    const char* base = node.json_kind() == JsonKind::kEscapedKey ? decoded_ : source_.data();
    return {base + node.offset, node.size};
  }
  // How far may be read from the text of a key on.
  const char* TextEnd(uint32_t key) const {
    const bool decoded = nodes_[key].json_kind() == JsonKind::kEscapedKey;
    return decoded ? static_cast<const char*>(arena_end_) : readable_end_;
  }
  uint32_t After(uint32_t index) const {
    const JsonNode& node = nodes_[index];
    return node.json_kind() == JsonKind::kList || node.json_kind() == JsonKind::kMap ? node.a : index + 1;
  }
  JsonNode& NewNode(JsonKind kind, uint32_t offset, size_t size = 0) {
    JsonNode& node = nodes_[node_count_++];
    node.SetKindAndSize(kind, static_cast<uint32_t>(size));
    node.offset = offset;
    return node;
  }

  std::string_view source_;
  const char* readable_end_;
  const uint32_t* index_;
  uint32_t index_count_;
  uint32_t next_ = 0;
  std::span<JsonFrame> frames_;  // as many as may be open at once
  size_t depth_ = 0;             // how many are
  std::vector<uint32_t>& table_;
  Arena& arena_;
  JsonNode* nodes_;
  const void* arena_end_;  // of the newest allocation: the nodes, or the decoded texts
  uint32_t node_count_ = 0;
  char* decoded_ = nullptr;
  size_t decoded_size_ = 0;
  uint32_t duplicate_keys_ = 0;
  bool has_escapes_;  // in any string
  JsonFault fault_{};
};

bool Scanner::Fail(size_t offset, const char* what) {
  fault_ = {offset, what};
  return false;
}

bool Scanner::FailExpecting(const char* what) {
  const bool ended = next_ >= index_count_;
  fault_.offset = ended ? source_.size() : Offset();
  const bool bom = !ended && source_.substr(Offset()).starts_with("\xEF\xBB\xBF");
  const std::string found = bom ? "a byte order mark" : DescribeByte(Char());
  fault_.what = std::string("expected ") + what + (ended ? ", but the text ends" : ", found " + found);
  return false;
}

bool Scanner::FailNumber(JsonNumberFault fault) {
  return Fail(Offset(), fault == JsonNumberFault::kOutOfRange ? "the number is out of the range of a double"
                                                              : "expected a number such as 12, -0.5 or 1e9");
}

bool Scanner::Run() {
  if (!ReadValue()) return false;
  while (depth_ > 0)
    if (!(Top().map ? MapStep() : ListStep())) return false;
  if (next_ != index_count_) return FailExpecting("nothing after the value");
  return true;
}

bool Scanner::FailDepth() {
  fault_ = {Offset(), "lists and maps are nested more than " + std::to_string(frames_.size()) + " deep",
            ErrorKind::kLimit};
  return false;
}

bool Scanner::ReadValue() {
  const char c = Char();
  if (c == '-' || static_cast<unsigned char>(c - '0') < 10) return ReadNumber();
  switch (c) {
    case '"': return ReadString(JsonKind::kString, JsonKind::kEscapedString);
    case '{': return Open(JsonKind::kMap);
    case '[': return Open(JsonKind::kList);
    case 't': return ReadLiteral("true", JsonKind::kBool, 1);
    case 'f': return ReadLiteral("false", JsonKind::kBool, 0);
    case 'n': return ReadLiteral("null", JsonKind::kNull, 0);
    case 'N':
    case 'I': return Fail(Offset(), "expected a value: JSON has no NaN and no Infinity");
    default: return FailExpecting("a value");
  }
}

bool Scanner::ReadLiteral(std::string_view word, JsonKind kind, uint64_t value) {
  const uint32_t offset = Offset();
  const std::string_view rest = source_.substr(offset);
  const bool ended = rest.size() == word.size() || (rest.size() > word.size() && EndsScalar(rest[word.size()]));
  if (!rest.starts_with(word) || !ended) return FailExpecting("true, false, null or another value");
  JsonNode& node = NewNode(kind, offset, word.size());
  node.uint_value = value;
  ++next_;
  return true;
}

bool Scanner::ReadNumber() {
  const uint32_t offset = Offset();
  JsonNode& node = nodes_[node_count_++];
  node.offset = offset;
  const JsonNumberFault fault = ReadJsonNumber(source_.data() + offset, readable_end_, node);
  if (fault != JsonNumberFault::kNone) return FailNumber(fault);
  const size_t end = offset + node.size;
  if (end != source_.size() && !EndsScalar(source_[end])) return FailNumber(JsonNumberFault::kMalformed);
  ++next_;
  return true;
}

bool Scanner::ReadString(JsonKind plain, JsonKind escaped) {
  const uint32_t begin = Offset() + 1;
  ++next_;
  // Only white space can stand between the closing quote and what comes next.
  size_t end = (next_ < index_count_ ? Offset() : source_.size()) - 1;
  while (source_[end] != '"') --end;
  const std::string_view raw = source_.substr(begin, end - begin);
  JsonNode& node = NewNode(plain, begin, raw.size());
  if (!has_escapes_ || raw.find('\\') == std::string_view::npos) [[likely]]
    return true;
  return ReadDecoded(node, raw, escaped);
}

bool Scanner::ReadDecoded(JsonNode& node, std::string_view raw, JsonKind kind) {
  if (decoded_ == nullptr) {
    const std::span<char> room = arena_.AllocateArray<char>(source_.size() - node.offset);
    decoded_ = room.data();
    arena_end_ = decoded_ + room.size();
  }
  size_t size = 0;
  if (auto fault = DecodeJsonString(raw, decoded_ + decoded_size_, size))
    return Fail(node.offset + fault->offset, fault->what);
  node.kind = static_cast<uint8_t>(kind);
  node.a = static_cast<uint32_t>(decoded_size_);
  node.b = static_cast<uint32_t>(size);
  decoded_size_ += size;
  return true;
}

bool Scanner::ReadKey() {
  if (Char() != '"') return FailExpecting("a member's name in double quotes");
  const uint32_t key = node_count_;
  if (!ReadString(JsonKind::kKey, JsonKind::kEscapedKey)) return false;
  JsonNode& node = nodes_[key];
  if (node.json_kind() == JsonKind::kEscapedKey) {
    node.offset = node.a;
    node.size = node.b & 0xFFFFFF;
  }
  node.a = Top().node;
  if (Char() != ':') return FailExpecting("':' after a member's name");
  ++next_;
  NoteKey(key);
  return true;
}

// Reads on in the list that is open innermost, until it closes or another list or map opens inside it.
bool Scanner::ListStep() {
  const size_t depth = depth_;
  JsonFrame& frame = Top();
  if (Char() == ']') return Close();
  if (frame.count > 0 && !ReadComma("',' or ']' after an element")) return false;
  for (;;) {
    ++frame.count;
    if (!ReadValue()) return false;
    if (depth_ != depth) return true;
    if (Char() == ']') return Close();
    if (!ReadComma("',' or ']' after an element")) return false;
  }
}

// The same for a map.
bool Scanner::MapStep() {
  const size_t depth = depth_;
  JsonFrame& frame = Top();
  if (Char() == '}') return Close();
  if (frame.count > 0 && !ReadComma("',' or '}' after a member")) return false;
  for (;;) {
    ++frame.count;
    if (!ReadKey() || !ReadValue()) return false;
    if (depth_ != depth) return true;
    if (Char() == '}') return Close();
    if (!ReadComma("',' or '}' after a member")) return false;
  }
}

bool Scanner::Open(JsonKind kind) {
  if (depth_ == frames_.size()) return FailDepth();
  frames_[depth_++] = JsonFrame{node_count_, 0, 0, kind == JsonKind::kMap, false, 0, 0};
  NewNode(kind, Offset());
  ++next_;
  return true;
}

bool Scanner::Close() {
  if (Top().keys > kFilteredKeys) ShadowInLargeMap();
  const JsonFrame frame = Top();
  JsonNode& node = nodes_[frame.node];
  node.size = frame.count & 0xFFFFFF;
  node.rewritten = frame.rewritten ? 1 : 0;
  node.a = node_count_;
  node.b = Offset() + 1;
  ++next_;
  --depth_;
  if (frame.rewritten && depth_ > 0) Top().rewritten = true;
  return true;
}

void Scanner::NoteKey(uint32_t key) {
  JsonFrame& frame = Top();
  if (++frame.keys > kFilteredKeys) return;
  const KeyBits bits = SpreadKey(KeyText(key), TextEnd(key));
  if ((frame.seen_first & bits.first) != 0 && (frame.seen_second & bits.second) != 0) ShadowEarlier(key);
  frame.seen_first |= bits.first;
  frame.seen_second |= bits.second;
}

void Scanner::ShadowEarlier(uint32_t key) {
  const std::string_view text = KeyText(key);
  for (uint32_t earlier = Top().node + 1; earlier != key; earlier = After(earlier + 1)) {
    if (nodes_[earlier].json_kind() == JsonKind::kShadowedKey || KeyText(earlier) != text) continue;
    Shadow(earlier);
    return;
  }
}

// Finds the keys that come again by an open-addressed table of key nodes, in linear time.
void Scanner::ShadowInLargeMap() {
  const uint32_t map = Top().node;
  size_t slots = 64;
  while (slots < Top().keys * size_t{2}) slots *= 2;
  table_.assign(slots, 0);
  const uint64_t seed = HashSeed();
  for (uint32_t key = map + 1; key != node_count_; key = After(key + 1)) {
    if (nodes_[key].json_kind() == JsonKind::kShadowedKey) continue;
    const std::string_view text = KeyText(key);
    size_t slot = Hash64(text, seed) & (slots - 1);
    while (table_[slot] != 0 && KeyText(table_[slot]) != text) slot = (slot + 1) & (slots - 1);
    if (table_[slot] != 0) Shadow(table_[slot]);
    table_[slot] = key;
  }
  if (slots > kSlotsKept) table_ = {};
}

void Scanner::Shadow(uint32_t key) {
  nodes_[key].kind = static_cast<uint8_t>(JsonKind::kShadowedKey);
  ++duplicate_keys_;
  --Top().count;
  Top().rewritten = true;
}

const JsonDocument* Scanner::Finish() {
  const char* const used =
      decoded_ == nullptr ? reinterpret_cast<const char*>(nodes_ + node_count_) : decoded_ + decoded_size_;
  arena_.ReturnTail(arena_end_, static_cast<size_t>(static_cast<const char*>(arena_end_) - used));
  return arena_.New(JsonDocument(source_, nodes_, node_count_, {decoded_, decoded_size_}, duplicate_keys_));
}

}  // namespace

Result<const JsonDocument*> ScanJson(const IndexedJson& json, JsonScanScratch& scratch, Arena& arena) {
  Scanner scanner(json, scratch, arena);
  if (!scanner.Run()) return tl::unexpected(AsError(scanner.fault()));
  return scanner.Finish();
}

}  // namespace penstock

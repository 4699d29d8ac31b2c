#include "config/yaml.h"

#include <yaml.h>

#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

namespace penstock {
namespace {

// One event of libyaml's parser.
class YamlEvent {
 public:
  YamlEvent() = default;
  YamlEvent(const YamlEvent&) = delete;
  YamlEvent& operator=(const YamlEvent&) = delete;
  ~YamlEvent() { yaml_event_delete(&event_); }

  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string TextOf(const yaml_char_t* text, size_t size) { return {reinterpret_cast<const char*>(text), size}; }

class TreeReader {
 public:
  TreeReader(std::string_view text, Problems& problems, const YamlLimits& limits)
      : text_(text), problems_(problems), limits_(limits) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  TreeReader(const TreeReader&) = delete;
  TreeReader& operator=(const TreeReader&) = delete;
  ~TreeReader() { yaml_parser_delete(&parser_); }

  YamlNode Read() {
    YamlNode root;
    bool seen = false;
    for (;;) {
      YamlEvent event;
      if (!Next(event)) return root;
      switch (event->type) {
        case YAML_STREAM_END_EVENT:
          if (!seen) problems_.Add(0, "the file is empty");
          return root;
        case YAML_DOCUMENT_START_EVENT:
          if (seen) return Complain(event, "a second document begins here; a file holds one"), root;
          break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        default:
          seen = true;
          if (!ReadNode(event, root, 1)) return root;
      }
    }
  }

 private:
  bool Next(YamlEvent& event) {
    if (yaml_parser_parse(&parser_, event.get()) != 0) return true;
    const char* what = parser_.problem == nullptr ? "no YAML" : parser_.problem;
    const char* context = parser_.context == nullptr ? "" : parser_.context;
    const size_t offset = parser_.error == YAML_READER_ERROR ? parser_.problem_offset : OffsetOf(parser_.problem_mark);
    problems_.Add(offset, std::string("YAML: ") + what + (*context == '\0' ? "" : std::string(" ") + context));
    return false;
  }

  // libyaml counts characters; we count bytes.
  size_t OffsetOf(const yaml_mark_t& mark) {
    if (mark.index < marked_characters_) marked_characters_ = marked_bytes_ = 0;
    for (; marked_characters_ < mark.index && marked_bytes_ < text_.size(); ++marked_characters_) {
      ++marked_bytes_;
      while (marked_bytes_ < text_.size() && (static_cast<unsigned char>(text_[marked_bytes_]) & 0xC0) == 0x80)
        ++marked_bytes_;
    }
    return marked_bytes_;
  }

  void Complain(const YamlEvent& event, std::string message) {
    problems_.Add(OffsetOf(event->start_mark), std::move(message));
  }

  bool CountNode(const YamlEvent& event, uint32_t depth) {
    if (++nodes_ > limits_.nodes) return Complain(event, "the file has too many values"), false;
    if (depth > limits_.depth) return Complain(event, "lists and maps stand too deep in each other"), false;
    return true;
  }

  // Reads the node that begins with `event`. False when the file cannot be read any further.
  bool ReadNode(const YamlEvent& event, YamlNode& node, uint32_t depth) {
    if (!CountNode(event, depth)) return false;
    if (event->type == YAML_ALIAS_EVENT) return ReadAlias(event, node);
    node.offset = OffsetOf(event->start_mark);
    const yaml_char_t* anchor = nullptr;
    bool good = true;
    if (event->type == YAML_SCALAR_EVENT) {
      anchor = event->data.scalar.anchor;
      node.text = TextOf(event->data.scalar.value, event->data.scalar.length);
      node.plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
      anchor = event->data.sequence_start.anchor;
      good = ReadItems(node, depth);
    } else {
      anchor = event->data.mapping_start.anchor;
      good = ReadEntries(node, depth);
    }
    return good && (anchor == nullptr || KeepAnchor(event, reinterpret_cast<const char*>(anchor), node));
  }

  // Anchors within each other would keep one value many times: what they keep counts too.
  bool KeepAnchor(const YamlEvent& event, const std::string& name, const YamlNode& node) {
    nodes_ += CountOf(node);
    if (nodes_ > limits_.nodes) return Complain(event, "anchors make the file too large"), false;
    anchors_[name] = node;
    return true;
  }

  bool ReadItems(YamlNode& node, uint32_t depth) {
    node.kind = YamlNode::Kind::kSequence;
    for (;;) {
      YamlEvent event;
      if (!Next(event)) return false;
      if (event->type == YAML_SEQUENCE_END_EVENT) return true;
      if (!ReadNode(event, node.items.emplace_back(), depth + 1)) return false;
    }
  }

  bool ReadEntries(YamlNode& node, uint32_t depth) {
    node.kind = YamlNode::Kind::kMapping;
    std::unordered_set<std::string> names;  // comparing each with each would take minutes for a large map
    for (;;) {
      YamlEvent event;
      if (!Next(event)) return false;
      if (event->type == YAML_MAPPING_END_EVENT) return true;
      YamlNode name;
      if (!ReadNode(event, name, depth + 1)) return false;
      if (!name.is_scalar()) return Complain(event, "the name of an entry is a list or a map"), false;
      if (!names.insert(name.text).second) problems_.Add(name.offset, "'" + name.text + "' stands here a second time");
      YamlEvent value;
      if (!Next(value)) return false;
      YamlEntry& entry = node.entries.emplace_back(YamlEntry{std::move(name.text), name.offset, {}});
      if (!ReadNode(value, entry.value, depth + 1)) return false;
    }
  }

  bool ReadAlias(const YamlEvent& event, YamlNode& node) {
    const std::string name = reinterpret_cast<const char*>(event->data.alias.anchor);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) return Complain(event, "there is no anchor '&" + name + "' before this"), false;
    nodes_ += CountOf(found->second);
    if (nodes_ > limits_.nodes) return Complain(event, "aliases make the file too large"), false;
    node = found->second;
    return true;
  }

  static uint32_t CountOf(const YamlNode& node) {
    uint32_t count = 1;
    for (const YamlNode& item : node.items) count += CountOf(item);
    for (const YamlEntry& entry : node.entries) count += CountOf(entry.value);
    return count;
  }

  std::string_view text_;
  Problems& problems_;
  YamlLimits limits_;
  yaml_parser_t parser_{};
  std::map<std::string, YamlNode> anchors_;
  uint32_t nodes_ = 0;
  size_t marked_characters_ = 0;  // the mark that was looked up last, so that the next is found from there
  size_t marked_bytes_ = 0;
};

}  // namespace

const YamlNode* YamlNode::Find(std::string_view name) const {
  for (const YamlEntry& entry : entries)
    if (entry.name == name) return &entry.value;
  return nullptr;
}

YamlNode ParseYaml(std::string_view text, Problems& problems, const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    problems.Add(0, "the file has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(limits.bytes) +
                        " are read");
    return {};
  }
  return TreeReader(text, problems, limits).Read();
}

}  // namespace penstock

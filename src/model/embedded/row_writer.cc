#include "model/embedded/row_writer.h"

#include <concepts>
#include <limits>
#include <string_view>

#include "event/collection.h"

namespace penstock::embedded {
namespace {

using std::string_view;

// A number as each kind holds it; false where T cannot hold it.
template <typename T, typename Number>
bool Convert(Number number, T& out) {
  if constexpr (std::floating_point<T>) {
    out = static_cast<T>(number);
    return true;
  } else if constexpr (std::floating_point<Number>) {
    // Powers of two, and so exact as doubles, as the largest values of 64 bits are not.
    const double end = 2.0 * static_cast<double>(uint64_t{1} << (std::numeric_limits<T>::digits - 1));
    const double begin = std::is_signed_v<T> ? -end : 0.0;
    if (!(number >= begin && number < end)) return false;
    out = static_cast<T>(number);
    return static_cast<double>(out) == number;
  } else {
    out = static_cast<T>(number);
    return std::in_range<T>(number);
  }
}

template <typename T>
bool FromNode(const JsonNode& node, T& out) {
  switch (node.json_kind()) {
    case JsonKind::kDouble: return Convert(node.double_value, out);
    case JsonKind::kInt: return Convert(node.int_value, out);
    case JsonKind::kUint: return Convert(node.uint_value, out);
    default: return false;
  }
}

template <typename T>
bool FromValue(const Value& value, T& out) {
  switch (value.kind()) {
    case ValueKind::kDouble: return Convert(value.as_double(), out);
    case ValueKind::kInt: return Convert(value.as_int(), out);
    case ValueKind::kUint: return Convert(value.as_uint(), out);
    default: return false;
  }
}

template <>
bool FromValue<bool>(const Value& value, bool& out) {
  out = value.is_true();
  return value.Is(ValueKind::kBool);
}

template <>
bool FromValue<string_view>(const Value& value, string_view& out) {
  if (!value.Is(ValueKind::kString)) return false;
  out = value.text();
  return true;
}

// `nulls`: of the numbers, null is NaN.
template <typename T, bool nulls = false>
class Writer {
 public:
  static RowFault Write(const Value& value, std::span<const int64_t> shape, void* out) {
    Writer writer(static_cast<T*>(out));
    const bool bare = shape.empty() || (shape.size() == 1 && shape[0] == 1 && !value.Is(ValueKind::kList));
    return bare ? writer.WriteElement(value) : writer.WriteList(value, shape);
  }

 private:
  explicit Writer(T* out) : begin_(out), next_(out) {}

  RowFault WriteElement(const Value& value) {
    if (!FromValue<T>(value, *next_) && !TakeNull(value.Is(ValueKind::kNull))) return Misfit(value);
    ++next_;
    return {};
  }

  RowFault WriteList(const Value& list, std::span<const int64_t> shape) {
    if (!list.Is(ValueKind::kList)) return {RowFault::Kind::kNoList, list.kind(), 0, 0};
    const auto wanted = static_cast<uint64_t>(shape[0]);
    if (ListSize(list) != wanted) return {RowFault::Kind::kCount, list.kind(), wanted, ListSize(list)};
    if constexpr (!std::same_as<T, bool> && !std::same_as<T, string_view>) {
      if (shape.size() == 1 && list.is_json()) return WriteNodes(list);
    }
    ListCursor cursor(list);
    for (Value element; cursor.Next(element);) {
      const RowFault fault = shape.size() == 1 ? WriteElement(element) : WriteList(element, shape.subspan(1));
      if (!fault.ok()) return fault;
    }
    return {};
  }

  // The features of most models: nodes of numbers stand side by side, and go to the tensor in one pass.
  RowFault WriteNodes(const Value& list) {
    const uint32_t count = ListSize(list);
    const JsonNode* node = list.document()->nodes() + list.node() + 1;
    for (const JsonNode* end = node + count; node != end; ++node, ++next_) {
      if (!FromNode(*node, *next_) && !TakeNull(node->json_kind() == JsonKind::kNull)) [[unlikely]]
        return Misfit(list.document()->ValueAt(static_cast<uint32_t>(node - list.document()->nodes())));
    }
    return {};
  }

  bool TakeNull(bool is_null) {
    if constexpr (nulls) {
      if (is_null) *next_ = std::numeric_limits<T>::quiet_NaN();
      return is_null;
    } else {
      return false;
    }
  }

  RowFault Misfit(const Value& element) const {
    return {RowFault::Kind::kElement, element.kind(), 0, static_cast<uint64_t>(next_ - begin_)};
  }

  T* begin_;
  T* next_;
};

template <typename T>
ElementFormat Format() {
  return {Writer<T>::Write, sizeof(T)};
}

string_view NounOf(const Port& port) {
  if (port.type == "string") return "strings";
  if (port.type == "bool") return "bools";
  return "numbers";
}

std::string ShapeText(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "" : "x") + (size < 0 ? "?" : std::to_string(size));
  return text;
}

// As in "29 numbers", "numbers of shape 2x3".
std::string Wanted(const Port& port) {
  const std::string noun(NounOf(port));
  if (port.shape.empty()) return "one of type " + port.type;
  if (port.shape.size() > 1) return noun + " of shape " + ShapeText(port.shape);
  return port.shape[0] < 0 ? "a list of " + noun : std::to_string(port.shape[0]) + ' ' + noun;
}

std::string Article(ValueKind kind) {
  const std::string name(TypeName(kind));
  return (name.starts_with('i') ? "an " : "a ") + name;
}

}  // namespace

ElementFormat FormatOf(ONNXTensorElementDataType type) {
  switch (type) {
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT: return Format<float>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE: return Format<double>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64: return Format<int64_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32: return Format<int32_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16: return Format<int16_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8: return Format<int8_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64: return Format<uint64_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32: return Format<uint32_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16: return Format<uint16_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8: return Format<uint8_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL: return Format<bool>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING: return Format<string_view>();
    default: return {};
  }
}

template <typename T>
RowWriter NumbersOrNull() {
  return Writer<T, true>::Write;
}
template RowWriter NumbersOrNull<float>();
template RowWriter NumbersOrNull<double>();

RowFault FindShape(const Value& value, std::span<const int64_t> declared, std::vector<int64_t>& shape) {
  Value at = value;
  bool empty = false;  // inside an empty list every size is 0
  for (const int64_t size : declared) {
    if (empty || (size >= 0 && !at.Is(ValueKind::kList))) {
      shape.push_back(size < 0 ? 0 : size);
      continue;
    }
    if (!at.Is(ValueKind::kList)) return {RowFault::Kind::kNoList, at.kind(), 0, 0};
    shape.push_back(size < 0 ? ListSize(at) : size);
    empty = ListSize(at) == 0;
    if (!empty) at = ListAt(at, 0);
  }
  return {};
}

std::string Describe(const RowFault& fault, const Port& port) {
  switch (fault.kind) {
    case RowFault::Kind::kNone: return "fits";
    case RowFault::Kind::kNoList: return "wants " + Wanted(port) + ", and got " + Article(fault.got);
    case RowFault::Kind::kCount:
      if (port.shape.size() == 1) return "wants " + Wanted(port) + ", and got " + std::to_string(fault.count);
      return "wants " + Wanted(port) + ", and got a list of " + std::to_string(fault.count) + " in place of " +
             std::to_string(fault.wanted);
    case RowFault::Kind::kElement: break;
  }
  const std::string which = port.shape.empty() ? "got " : "element " + std::to_string(fault.count) + " is ";
  return "wants " + Wanted(port) + ", and " + which + Article(fault.got) + " that is no " + port.type;
}

}  // namespace penstock::embedded

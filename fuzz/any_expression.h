// Expressions of all functions, operators and macros, as choices have it. Most are of fitting types.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/random_json.h"
#include "expr/lexer.h"
#include "expr/macro.h"
#include "fuzz/choices.h"
#include "fuzz/finding.h"
#include "fuzz/signature.h"

namespace penstock::expr {

// JSON with the fields that expressions name.
inline std::string AnyEvent(Choices& choices) {
  RandomJson random(choices.Below(65'536));
  const std::array<std::pair<char, std::string>, 6> fields = {{{'b', choices.OneIn(2) ? "true" : "false"},
                                                               {'i', random.Integer()},
                                                               {'d', random.Number()},
                                                               {'s', random.String()},
                                                               {'l', random.List(2)},
                                                               {'m', random.Map(3)}}};
  std::string json = "{";
  for (const auto& [name, value] : fields)
    if (!choices.OneIn(16)) json += std::string("\"") + name + "\":" + value + ",";
  return json + R"("x":)" + random.Value(3) + "}";
}

// The words of all examples of functions and macros: the time zones, patterns and formats that their arguments are.
inline const std::vector<std::string_view>& ExampleWords(TokenKind kind) {
  static const auto kWords = [] {
    std::map<TokenKind, std::vector<std::string_view>> words;
    const auto add = [&](const Example& example) {
      Lexer lexer(example.expression);
      for (Token token = lexer.Next(); token.kind != TokenKind::kEnd && token.kind != TokenKind::kInvalid;
           token = lexer.Next())
        words[token.kind].push_back(token.text);
    };
    for (const Family& family : StandardLibrary().families())
      for (const Function& function : family.functions)
        for (const Example& example : function.examples) add(example);
    for (const Macro& macro : Macros())
      for (const Example& example : macro.examples) add(example);
    return words;
  }();
  return kWords.at(kind);
}

class AnyExpression {
 public:
  explicit AnyExpression(Choices& choices) : choices_(choices) {}

  std::string Text() { return Of(AnyType(2), kDepth); }

 private:
  static constexpr int kDepth = 5;
  static constexpr size_t kPartsMax = 40;

  struct Variable {
    std::string name;
    Type type;
  };

  static Type Plain(TypeKind kind) { return Type::Of(kind); }

  Type AnyType(int depth) {
    using enum TypeKind;
    constexpr std::array kPlain = {kDyn,   kBool,      kInt,      kUint, kDouble, kString,
                                   kBytes, kTimestamp, kDuration, kType, kNull,   kDyn};
    constexpr std::array<std::string_view, 2> kNetwork = {"net.IP", "net.CIDR"};
    switch (depth > 0 ? choices_.Below(8) : 0) {
      case 1:
      case 2: return Type::List(AnyType(depth - 1));
      case 3:
      case 4: return Type::Map(Plain(kString), AnyType(depth - 1));
      case 5: return Type::Optional(AnyType(depth - 1));
      case 6: return Type::Abstract(std::string(choices_.Of(kNetwork)), {});
      default: return Plain(choices_.Of(kPlain));
    }
  }

  std::string Of(const Type& wanted, int depth) {
    if (depth <= 0 || choices_.is_empty() || ++parts_ > kPartsMax) return Leaf(wanted, depth);
    if (choices_.OneIn(24)) return "dyn(" + Of(AnyType(1), depth - 1) + ")";
    switch (choices_.Below(10)) {
      case 0: return Leaf(wanted, depth);
      case 1: return Conditional(wanted, depth - 1);
      case 2: return Logical(wanted, depth - 1);
      case 3:
      case 4:
      case 5: return MacroFor(wanted, depth);
      default: return Call(wanted, depth);
    }
  }

  std::string Conditional(const Type& wanted, int depth) {
    return "(" + Of(Plain(TypeKind::kBool), depth) + " ? " + Of(wanted, depth) + " : " + Of(wanted, depth) + ")";
  }

  std::string Logical(const Type& wanted, int depth) {
    if (!wanted.Is(TypeKind::kBool)) return Conditional(wanted, depth);
    return "(" + Of(wanted, depth) + (choices_.OneIn(2) ? " && " : " || ") + Of(wanted, depth) + ")";
  }

  std::string Call(const Type& wanted, int depth) {
    std::vector<const Signature*> fitting;
    for (const Signature& signature : Signatures())
      if (MayGive(signature.overload->result, wanted)) fitting.push_back(&signature);
    if (fitting.empty()) return Leaf(wanted, depth);
    const Signature& signature = *choices_.Of(fitting);
    Bindings bindings;
    Bind(signature.overload->result, wanted, bindings);
    return CallOf(signature, bindings, depth - 1);
  }

  Type Bound(const Type& type, Bindings& bindings) {
    if (type.Is(TypeKind::kParameter)) return bindings.try_emplace(type.name, AnyType(1)).first->second;
    Type copy = type;
    for (Type& parameter : copy.parameters) parameter = Bound(parameter, bindings);
    return copy;
  }

  std::string CallOf(const Signature& signature, Bindings& bindings, int depth) {
    std::vector<std::string> arguments;
    for (const Type& parameter : signature.overload->parameters)
      arguments.push_back(Of(Bound(parameter, bindings), depth));
    if (signature.function == nullptr) return OperatorCall(signature.op, arguments);
    const bool receiver = signature.function->receiver;
    std::string text = (receiver ? arguments[0] + "." : "") + signature.function->name + "(";
    for (size_t i = receiver ? 1 : 0; i < arguments.size(); ++i)
      text += (i > (receiver ? 1U : 0U) ? ", " : "") + arguments[i];
    return text + ")";
  }

  static std::string OperatorCall(Operator op, const std::vector<std::string>& operands) {
    if (op == Operator::kIndex) return operands[0] + "[" + operands[1] + "]";
    if (op == Operator::kOptionalIndex) return operands[0] + "[?" + operands[1] + "]";
    const std::string sign(OperatorText(op));
    if (operands.size() == 1) return sign + "(" + operands[0] + ")";
    return "(" + operands[0] + " " + sign + " " + operands[1] + ")";
  }

  // What a macro gives; dyn is whatever its last operand is.
  static TypeKind KindOf(const Macro& macro) {
    const auto begins = [&](std::string_view prefix) { return macro.name.starts_with(prefix); };
    if (macro.name == "has" || macro.name == "all" || begins("exists")) return TypeKind::kBool;
    if (macro.name == "filter" || macro.name == "map" || macro.name == "transformList" || macro.name == "sortBy")
      return TypeKind::kList;
    if (begins("transformMap")) return TypeKind::kMap;
    if (begins("opt")) return TypeKind::kAbstract;
    if (begins("math.")) return TypeKind::kDouble;
    if (macro.name == "cel.bind") return TypeKind::kDyn;
    Fail("a macro that the generator does not know", macro.name);
  }

  static bool MayGiveAs(const Macro& macro, const Type& wanted) {
    const TypeKind kind = KindOf(macro);
    if (kind == TypeKind::kAbstract && !wanted.Is(TypeKind::kDyn)) return wanted.is_optional();
    return kind == wanted.kind || kind == TypeKind::kDyn || wanted.Is(TypeKind::kDyn) ||
           (kind == TypeKind::kDouble && wanted.Is(TypeKind::kInt));
  }

  std::string MacroFor(const Type& wanted, int depth) {
    std::vector<const Macro*> fitting;
    for (const Macro& macro : Macros())
      if (MayGiveAs(macro, wanted)) fitting.push_back(&macro);
    return Written(*choices_.Of(fitting), wanted, depth - 1);
  }

  // The macro's form, with something in place of each of its words.
  std::string Written(const Macro& macro, const Type& wanted, int depth) {
    const size_t locals_before = locals_.size();
    std::string text;
    for (std::string_view form = macro.form; !form.empty();) {
      const size_t end = std::min(form.find_first_of("(),"), form.size());
      text += Word(macro, form.substr(0, end), wanted, depth);
      form.remove_prefix(end);
      for (; !form.empty() && std::string_view("(), ").find(form.front()) != std::string_view::npos;
           form.remove_prefix(1))
        text += form.front();
    }
    locals_.resize(locals_before);
    return text;
  }

  // What cel.bind binds does not know the variable yet.
  std::string BoundValue(int depth) {
    Variable variable = std::move(locals_.back());
    locals_.pop_back();
    std::string value = Of(variable.type, depth);
    locals_.push_back(std::move(variable));
    return value;
  }

  std::string Word(const Macro& macro, std::string_view word, const Type& wanted, int depth) {
    const bool bind = macro.name == "cel.bind";
    const Type element = wanted.parameters.empty() ? AnyType(1) : wanted.parameters.back();
    if (word == macro.name) return std::string(word);
    if (word.starts_with("x."))
      return Range(macro, element, depth) + std::string(macro.receiver ? word.substr(1) : ".a");
    if (macro.name.starts_with("math."))
      return Of(Plain(choices_.OneIn(2) ? TypeKind::kInt : TypeKind::kDouble), depth);
    if (word == "i" || word == "y" || (word == "x" && bind))
      return NewVariable(word == "x" ? AnyType(1) : word == "i" ? index_type_ : element_type_);
    if (word == "condition") return Of(Plain(TypeKind::kBool), depth);
    if (word == "entries") return Of(Type::Map(Plain(TypeKind::kString), element), depth);
    if (word == "optional" || (word == "expression" && bind)) return Of(wanted, depth);
    if (word == "value" && bind) return BoundValue(depth);
    if (word == "value" || word == "key") return Of(element, depth);
    Fail("a word in a macro's form that the generator does not know", macro.form);
  }

  // What a macro goes over; its variables follow.
  std::string Range(const Macro& macro, const Type& element, int depth) {
    if (KindOf(macro) == TypeKind::kAbstract) return OptionalRange(AnyType(1), depth);
    const bool map = !macro.receiver || (macro.name != "sortBy" && choices_.OneIn(3));
    const bool pair = macro.form.find("(i, ") != std::string_view::npos;
    const Type held = macro.name == "filter" || macro.name == "sortBy" ? element : AnyType(1);
    std::string text = Of(map ? Type::Map(Plain(TypeKind::kString), held) : Type::List(held), depth);
    index_type_ = Plain(map ? TypeKind::kString : TypeKind::kInt);
    element_type_ = map && !pair ? index_type_ : held;
    return text;
  }

  std::string OptionalRange(const Type& held, int depth) {
    std::string text = Of(Type::Optional(held), depth);
    element_type_ = held;
    return text;
  }

  // One of a name of its own, or one that hides another.
  std::string NewVariable(const Type& type) {
    locals_.push_back({"v" + std::to_string(choices_.OneIn(16) ? 0 : locals_.size()), type});
    return locals_.back().name;
  }

  // Of fitting type, but for one in a few.
  std::string_view Local(const Type& wanted) {
    const Variable& variable = choices_.Of(locals_);
    return MayGive(variable.type, wanted) || choices_.OneIn(8) ? variable.name : std::string_view();
  }

  std::string Leaf(const Type& wanted, int depth) {
    const std::string_view local = locals_.empty() ? "" : Local(wanted);
    if (!local.empty()) return std::string(local);
    if (choices_.OneIn(3)) return Field(wanted);
    switch (wanted.kind) {
      case TypeKind::kNull: return "null";
      case TypeKind::kBool: return choices_.OneIn(2) ? "true" : "false";
      case TypeKind::kInt: return Number(TokenKind::kInt);
      case TypeKind::kUint: return Number(TokenKind::kUint);
      case TypeKind::kDouble: return Number(TokenKind::kDouble);
      case TypeKind::kString: return std::string(choices_.Of(ExampleWords(TokenKind::kString)));
      case TypeKind::kBytes: return std::string(choices_.Of(ExampleWords(TokenKind::kBytes)));
      case TypeKind::kTimestamp: return "timestamp('2026-01-31T23:59:59.5+02:00')";
      case TypeKind::kDuration: return choices_.OneIn(2) ? "duration('-1.5s')" : "duration('90m')";
      case TypeKind::kList: return "[" + Elements(wanted.parameters[0], depth, "") + "]";
      case TypeKind::kMap: return "{" + Elements(wanted.parameters.back(), depth, "'a': ") + "}";
      case TypeKind::kType: return "type(" + Field(AnyType(0)) + ")";
      case TypeKind::kAbstract: return Abstract(wanted, depth);
      default: return Field(wanted);
    }
  }

  std::string Elements(const Type& element, int depth, std::string_view before) {
    if (choices_.OneIn(4)) return "";
    std::string text = std::string(before) + Of(element, depth - 2);
    if (before.empty() && choices_.OneIn(2)) text += ", " + Of(element, depth - 2);
    if (choices_.OneIn(4)) text += before.empty() ? ", ?event.?x" : ", ?'b': event.?x";
    return text;
  }

  std::string Abstract(const Type& wanted, int depth) {
    if (wanted.name == "net.IP") return choices_.OneIn(2) ? "ip('10.1.2.3')" : "ip('2001:db8::1')";
    if (wanted.name == "net.CIDR") return choices_.OneIn(2) ? "cidr('10.0.0.0/8')" : "cidr('2001:db8::/32')";
    if (choices_.OneIn(3)) return "optional.none()";
    if (choices_.OneIn(2)) return "event.?" + Field(wanted.parameters[0]).substr(6);
    return "optional.of(" + Of(wanted.parameters[0], depth - 2) + ")";
  }

  std::string Number(TokenKind kind) {
    constexpr std::array<std::string_view, 6> kInts = {"-1", "9223372036854775807", "-9223372036854775808", "64", "0",
                                                       "1"};
    constexpr std::array<std::string_view, 4> kDoubles = {"-0.0", "1e308", "9223372036854775808.0", "5e-324"};
    if (kind == TokenKind::kInt && choices_.OneIn(3)) return std::string(choices_.Of(kInts));
    if (kind == TokenKind::kDouble && choices_.OneIn(3)) return std::string(choices_.Of(kDoubles));
    if (kind == TokenKind::kUint && choices_.OneIn(3)) return "18446744073709551615u";
    return std::string(choices_.Of(ExampleWords(kind)));
  }

  // Now and then of another type.
  std::string Field(const Type& wanted) {
    constexpr std::string_view kAll = "bidslmx";
    if (choices_.OneIn(8)) return std::string("event.") + choices_.Of(kAll);
    switch (wanted.kind) {
      case TypeKind::kBool: return "event.b";
      case TypeKind::kInt: return "event.i";
      case TypeKind::kDouble: return "event.d";
      case TypeKind::kString: return "event.s";
      case TypeKind::kList: return "event.l";
      case TypeKind::kMap: return "event.m";
      default: return "event.x";
    }
  }

  Choices& choices_;
  std::vector<Variable> locals_;  // of the macros around
  Type index_type_;               // of the variables of the macro whose range was written last
  Type element_type_;
  size_t parts_ = 0;
};

}  // namespace penstock::expr

"""Tests of the scanner for C++ functions."""

import unittest

from style import cpp


def names(text: str) -> list[str]:
    return [function.name for function in cpp.functions(text)]


class BlankTest(unittest.TestCase):
    def test_comments_literals_and_directives_vanish_and_positions_stay(self) -> None:
        for text in ("// {\n", "/* {\n{ */", '"\\"{"', "'{'", 'R"x({)" {\n)x"', "#define A { \\\n  {\n", 'u8R"({)"'):
            with self.subTest(text):
                blanked = cpp.blank(text)
                self.assertNotIn("{", blanked)
                self.assertEqual([len(line) for line in blanked.split("\n")], [len(line) for line in text.split("\n")])

    def test_digit_separators_are_no_literals(self) -> None:
        self.assertEqual(cpp.blank("f(1'000, 0xFF'FF); {}"), "f(1'000, 0xFF'FF); {}")


class FunctionsTest(unittest.TestCase):
    def test_a_length_counts_from_the_declaration_to_the_closing_brace(self) -> None:
        text = "\n// why\ntemplate <typename T>\nint F(T a,\n      T b) {\n  return a;\n}\n\nint G() { return 1; }\n"
        self.assertEqual(cpp.functions(text), [cpp.Function("F", 3, 5), cpp.Function("G", 9, 1)])

    def test_plain_functions(self) -> None:
        for text, name in {
            "namespace a::b { namespace { static int F(int x = 1) noexcept { return x; } } }": "F",
            "auto A::F() const -> std::vector<int> { return {}; }": "A::F",
            "void F(std::vector<int> v = {}) {}": "F",
            "struct X* F() { return nullptr; }": "F",
            'extern "C" int F(const char* p) { return 0; }': "F",
            'extern "C" { int F() { return 0; } }': "F",
            "template <typename T> requires (sizeof(T) < 8) void F(T t) requires std::integral<T> { }": "F",
            "[[nodiscard]] Result<std::pair<int, int>> Box<T>::F() && { return 1; }": "Box<T>::F",
            "TEST(Suite, Works) { }": "Suite.Works",
            "TEST_F(Fixture, Works) { }": "Fixture.Works",
        }.items():
            with self.subTest(text):
                self.assertEqual(names(text), [name])

    def test_members_carry_the_name_of_their_class(self) -> None:
        for member, name in {
            "public: A() : a_{1}, b_(2) { }": "A::A",
            "explicit A(int x) noexcept : Base<int>{x}, a_{x} { f('{'); }": "A::A",
            "~A() override { }": "A::~A",
            "bool operator()(int x) const { return x; }": "A::operator()",
            "bool operator<(const A& o) const { return a_ < o.a_; }": "A::operator<",
            "A& operator=(A&&) noexcept { return *this; }": "A::operator=",
            "explicit operator bool() const { return true; }": "A::operatorbool",
            "struct B { int Get() { return 1; } };": "A::B::Get",
        }.items():
            for head in (
                "class A {",
                "class [[nodiscard]] A final : public B<int(int)> {",
                "template <class T = X<int>> struct A {",
            ):
                with self.subTest(head + member):
                    self.assertEqual(names(f"{head} {member} }};"), [name])

    def test_what_is_no_function(self) -> None:
        for text in (
            "constexpr int kValues[] = {1, 2, 3};",
            'const std::string kText{"x"};',
            "enum class Kind : uint8_t { kA, kB };",
            "struct A { int a{1}; std::vector<int> b = {1}; A() = default; };",
            "template <typename T> concept C = requires(T t) { { t.x() } -> std::same_as<int>; };",
            "int F();",
        ):
            with self.subTest(text):
                self.assertEqual(names(text), [])

    def test_lambdas_and_classes_inside_a_function_count_into_it(self) -> None:
        text = "void F() {\n  auto f = [&] {\n    return 1;\n  };\n  struct L { void G() {} };\n}\n"
        self.assertEqual(cpp.functions(text), [cpp.Function("F", 1, 6)])

    def test_lambdas_among_values_count_by_themselves(self) -> None:
        text = 'const E kTable[] = {\n  {"a", [](int x) -> int {\n    return x;\n  }},\n  {"b", [] {}},\n};\n'
        self.assertEqual(cpp.functions(text), [cpp.Function("lambda", 2, 3), cpp.Function("lambda", 5, 1)])
        self.assertEqual(names("const auto kF = [](int a) mutable { return a; };"), ["lambda"])

    def test_brackets_that_do_not_match_are_an_error(self) -> None:
        for text, line in {"void F() {\n": 1, "int a;\n}\n": 2, "int a[3);\n": 1}.items():
            with self.subTest(text), self.assertRaises(cpp.UnmatchedBrace) as caught:
                cpp.functions(text)
            self.assertEqual(caught.exception.line, line)


if __name__ == "__main__":
    unittest.main()

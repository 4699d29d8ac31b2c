// Records what the Go implementation of CEL makes of calls of its libraries for sets and regular expressions, for which
// the specification has no conformance tests. See README.md.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
)

// In the form of the conformance tests beside which it is written.
type test struct {
	Section string         `json:"section"`
	Name    string         `json:"name"`
	Expr    string         `json:"expr"`
	JSON    bool           `json:"json"`
	Needs   []string       `json:"needs"`
	Expect  map[string]any `json:"expect"`
}

type call struct {
	section string
	expr    string
}

// Each pair of these is looked at by each function of sets.
var lists = []string{
	"[]", "[1]", "[1, 1]", "[1u]", "[1.0]", "[1, 2, 3]", "[3u, 2.0, 1]", "[2, 3]", "[3, 4]", "['a']", "['a', 'b']",
	"['b', 'a', 'b']", "['1']", "[b'a']", "[[]]", "[[1], [2, 3]]", "[[1, 2], [2, 3.0]]", "[[2u, 3]]", "[{}]",
	"[{'a': 1}]", "[{'a': 1.0}]", "[{'a': 1, 'b': [2]}]", "[{'b': [2.0], 'a': 1u}, {}]", "[null]", "[true, false]",
	"[double('NaN')]", "[[double('NaN')]]", "[0.0, -0.0]", "[0]", "[9007199254740992]", "[9007199254740992.0]",
	"[9223372036854775807]", "[18446744073709551615u]", "[timestamp(0)]", "[duration('0s')]", "[int, 'int']",
	"[1, 'a', null]",
}

var texts = []string{
	"''", "'a'", "'aaa'", "'ab abab'", "'id:123, id:456'", "'user@example.com'", "'größe 😀'", `'a\nb'`,
	"'2026-01-31'",
}

var patterns = []string{
	"''", "'a'", "'a*'", "'x*'", "'a|ab'", "'[0-9]+'", `r'(\w+)@(\w+)'`, `r'\d{2,3}'`, `r'(\d+)'`, "'(a)|b'", "'(x)?a'",
	"'^'", "'$'", `r'\b'`, "'(?i)A'", "'('", "'['", "'a{2}'", "'.'", "'(?s).'", "'^$'", `r'(?P<n>\d)'`, "'(a*)*'",
	`r'\pL+'`, "'(?:ab)+'", "'ö|😀'", "'(?=a)'", `r'\1'`, `r'(\d+)-(\d+)-(\d+)'`,
}

var replacements = []string{
	"'X'", "''", `r'\0'`, `r'\1'`, `r'[\2-\1]'`, `r'\\'`, `r'\x'`, `'\\'`, "'$1'", "'😀'",
}

func setCalls() []call {
	var calls []call
	for _, name := range []string{"contains", "equivalent", "intersects"} {
		for _, a := range lists {
			for _, b := range lists {
				calls = append(calls, call{name, fmt.Sprintf("sets.%s(dyn(%s), dyn(%s))", name, a, b)})
			}
		}
	}
	return append(calls, call{"errors", "sets.contains(dyn(1), [1])"}, call{"errors", "sets.intersects([1], dyn('1'))"},
		call{"errors", "sets.equivalent(dyn({}), dyn([]))"}, call{"errors", "sets.contains([1 / dyn(0)], [1])"})
}

func regexCalls() []call {
	var calls []call
	for _, text := range texts {
		for _, pattern := range patterns {
			calls = append(calls,
				call{"extract", fmt.Sprintf("regex.extract(%s, %s).orValue('absent')", text, pattern)},
				call{"extractAll", fmt.Sprintf("regex.extractAll(%s, %s)", text, pattern)},
				call{"unknown", fmt.Sprintf("regex.extractAll(%s, dyn(%s) + '')", text, pattern)})
			for _, replacement := range replacements {
				calls = append(calls, call{"replace",
					fmt.Sprintf("regex.replace(%s, %s, %s)", text, pattern, replacement)})
			}
			for _, count := range []int{-2, 0, 1, 2} {
				if _, err := regexp.Compile(strings.Trim(pattern, "r'")); err != nil && count == 0 {
					continue // not looked at there; refused here, where the expression is compiled
				}
				calls = append(calls, call{"count",
					fmt.Sprintf("regex.replace(%s, %s, '<>', %d)", text, pattern, count)})
			}
		}
	}
	return append(calls, call{"errors", "regex.extract(dyn(1), 'a')"}, call{"errors", "regex.extractAll('a', dyn(b'a'))"},
		call{"errors", "regex.replace('a', 'a', dyn(1))"}, call{"errors", "regex.replace('a', 'a', 'b', dyn('1'))"})
}

// A value as the conformance tests write it. Only the kinds that these libraries give.
func encode(value ref.Val) map[string]any {
	switch v := value.(type) {
	case types.Bool:
		return map[string]any{"boolValue": bool(v)}
	case types.String:
		return map[string]any{"stringValue": string(v)}
	case traits.Lister:
		values := []any{}
		for i := v.Iterator(); i.HasNext() == types.True; {
			values = append(values, encode(i.Next()))
		}
		return map[string]any{"listValue": map[string]any{"values": values}}
	}
	panic(fmt.Sprintf("a value of type %s", value.Type().TypeName()))
}

func evaluate(env *cel.Env, expr string) map[string]any {
	failed := func(err error) map[string]any {
		return map[string]any{"error": []string{strings.SplitN(err.Error(), "\n", 2)[0]}}
	}
	ast, issues := env.Compile(expr)
	if issues.Err() != nil {
		return failed(issues.Err())
	}
	program, err := env.Program(ast)
	if err != nil {
		return failed(err)
	}
	value, _, err := program.Eval(map[string]any{})
	if err != nil {
		return failed(err)
	}
	return map[string]any{"value": encode(value)}
}

func record(env *cel.Env, folder, suite string, calls []call) error {
	var out strings.Builder
	fmt.Fprintf(&out, "{\"suite\": %q, \"source\": \"recorded with tools/record_cel_cases\", \"tests\": [\n", suite)
	for i, c := range calls {
		line, err := json.Marshal(test{c.section, fmt.Sprint(i), c.expr, true, []string{"ext." + suite},
			evaluate(env, c.expr)})
		if err != nil {
			return err
		}
		out.Write(line)
		if i+1 < len(calls) {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]}\n")
	return os.WriteFile(filepath.Join(folder, suite+".json"), []byte(out.String()), 0o644)
}

func run(folder string) error {
	env, err := cel.NewEnv(cel.OptionalTypes(), ext.Sets(), ext.Regex())
	if err != nil {
		return err
	}
	if err := record(env, folder, "sets", setCalls()); err != nil {
		return err
	}
	return record(env, folder, "regex", regexCalls())
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: record_cel_cases FOLDER")
		os.Exit(1)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

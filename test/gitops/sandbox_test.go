// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	sigsyaml "sigs.k8s.io/yaml"
)

// runLua runs a script over an object with the libraries that Argo CD gives it: base,
// table and package. Argo CD also offers the clock of an os library, which no script of
// ours may need: health must not change while an object does not.
func runLua(ctx context.Context, script string, obj map[string]any) (any, error) {
	ctx, stop := context.WithTimeout(ctx, time.Second) // Argo CD's own limit
	defer stop()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	l.SetContext(ctx)
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}} {
		if err := l.CallByParam(lua.P{Fn: l.NewFunction(library.open), Protect: true}, lua.LString(library.name)); err != nil {
			return nil, err
		}
	}
	l.SetGlobal("obj", toLua(l, obj))
	if err := l.DoString(script); err != nil {
		return nil, err
	}
	return fromLua(l.Get(-1), obj), nil
}

func toLua(l *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case map[string]any:
		table := l.NewTable()
		for key, value := range v {
			table.RawSetString(key, toLua(l, value))
		}
		return table
	case []any:
		table := l.NewTable()
		for _, value := range v {
			table.Append(toLua(l, value))
		}
		return table
	case string:
		return lua.LString(v)
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case nil:
		return lua.LNil
	}
	panic(fmt.Sprintf("%T is not of JSON", v))
}

// fromLua converts an empty table to the type of the value at the same place in like, as Argo CD does.
func fromLua(v lua.LValue, like any) any {
	switch v := v.(type) {
	case *lua.LTable:
		if array, ok := like.([]any); ok || v.MaxN() > 0 {
			values := []any{}
			for i := 1; i <= v.MaxN(); i++ {
				var element any
				if i <= len(array) {
					element = array[i-1]
				}
				values = append(values, fromLua(v.RawGetInt(i), element))
			}
			return values
		}
		object, _ := like.(map[string]any)
		values := map[string]any{}
		v.ForEach(func(key, value lua.LValue) { values[key.String()] = fromLua(value, object[key.String()]) })
		return values
	case lua.LString:
		return string(v)
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		return float64(v)
	}
	return nil
}

func TestTheSandboxHasNeitherStringsNorMathsNorFiles(t *testing.T) {
	for _, library := range []string{"string", "math", "io", "os", "debug", "coroutine"} {
		got, err := runLua(t.Context(), fmt.Sprintf("return {there = _G[%q] ~= nil}", library), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.(map[string]any)["there"] != false {
			t.Errorf("the library %s is there, and Argo CD has none", library)
		}
	}
}

// readJSON reads a YAML file as the numbers, texts and tables of JSON.
func readJSON(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err = sigsyaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return object
}

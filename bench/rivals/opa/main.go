// Times OPA's library on the cases of a file: a prepared query and parsed input ("parsed"), parsing the input first ("bytes"), and parse +
// compile + prepare ("cold"). One JSON line a case: nanoseconds, bytes and allocations per evaluation, and the results, so that the caller can
// compare them before it believes a time. Usage: opa-rival CASES.json
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

type benchCase struct {
	Name    string            `json:"name"`
	Modules map[string]string `json:"modules"`
	Dialect string            `json:"dialect"`
	Query   string            `json:"query"`
	Inputs  []json.RawMessage `json:"inputs"`
	Data    map[string]any    `json:"data"`
}

const (
	samples    = 7
	sampleTime = 25 * time.Millisecond
)

func median(run func() int) float64 {
	times := make([]float64, samples)
	for i := range times {
		n, start := 0, time.Now()
		for time.Since(start) < sampleTime {
			n += run()
		}
		times[i] = float64(time.Since(start).Nanoseconds()) / float64(n)
	}
	sort.Float64s(times)
	return times[samples/2]
}

func prepare(ctx context.Context, c benchCase) (rego.PreparedEvalQuery, error) {
	version := ast.RegoV1
	if c.Dialect == "v0" {
		version = ast.RegoV0
	}
	options := []func(*rego.Rego){rego.Query(c.Query), rego.SetRegoVersion(version),
		rego.Store(inmem.NewFromObjectWithOpts(c.Data, inmem.OptReturnASTValuesOnRead(true), inmem.OptRoundTripOnWrite(false)))}
	for name, text := range c.Modules {
		options = append(options, rego.Module(name, text))
	}
	return rego.New(options...).PrepareForEval(ctx)
}

func measure(ctx context.Context, c benchCase) map[string]any {
	query, err := prepare(ctx, c)
	if err != nil {
		return map[string]any{"name": c.Name, "error": err.Error()}
	}
	inputs := make([]ast.Value, len(c.Inputs))
	results := make([]any, len(c.Inputs))
	for i, text := range c.Inputs {
		if inputs[i], err = ast.ValueFromReader(bytes.NewReader(text)); err != nil {
			return map[string]any{"name": c.Name, "error": err.Error()}
		}
		set, err := query.Eval(ctx, rego.EvalParsedInput(inputs[i]))
		switch {
		case err != nil:
			results[i] = "error: " + err.Error()
		case len(set) > 0:
			results[i] = set[0].Expressions[0].Value
		}
	}
	evaluate := func() int {
		for _, input := range inputs {
			_, _ = query.Eval(ctx, rego.EvalParsedInput(input))
		}
		return len(inputs)
	}
	fromBytes := func() int {
		for _, text := range c.Inputs {
			input, _ := ast.ValueFromReader(bytes.NewReader(text))
			_, _ = query.Eval(ctx, rego.EvalParsedInput(input))
		}
		return len(inputs)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for i := 0; i < 20; i++ {
		n += evaluate()
	}
	runtime.ReadMemStats(&after)
	out := map[string]any{
		"name": c.Name, "results": results,
		"parsed": median(evaluate),
		"bytes":  median(fromBytes),
		"allocatedBytes": float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
		"allocations":    float64(after.Mallocs-before.Mallocs) / float64(n),
	}
	// Taking the data into a store is no part of reading and compiling a policy.
	bare := c
	bare.Data = map[string]any{}
	out["cold"] = median(func() int { _, _ = prepare(ctx, bare); return 1 })
	return out
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var cases []benchCase
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		line, err := json.Marshal(measure(context.Background(), c))
		if err != nil {
			line, _ = json.Marshal(map[string]any{"name": c.Name, "error": err.Error()})
		}
		fmt.Println(string(line))
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/template"
	"time"
)

// bench renders one template again and again for a second and prints how often per second: the peer of test/bench/templates.ts.
// Usage: oracle bench < {"context": …, "template": …}.
func bench(all map[string]ctx) {
	var a answer
	raw, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		panic(err)
	}
	t := template.Must(template.New("t").Funcs(funcs).Parse(a.Template))
	data := all[a.Context]
	best := 0.0
	for round := 0; round < 3; round++ {
		start, count := time.Now(), 0
		for time.Since(start) < 700*time.Millisecond {
			for i := 0; i < 100; i++ {
				if err := t.Execute(io.Discard, data); err != nil {
					panic(err)
				}
			}
			count += 100
		}
		best = max(best, float64(count)/time.Since(start).Seconds())
	}
	fmt.Printf("%.0f\n", best)
}

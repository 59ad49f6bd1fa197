// Prints what Helm makes of a release: a line of JSON for each line of JSON on standard input, which is a list of objects.
//
// The code of Helm 3 and of Helm 4 installs it, over a client that only notes what is created.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	stdlog "log"
	"log/slog"
	"os"
	"strings"

	"k8s.io/cli-runtime/pkg/resource"
	"sigs.k8s.io/yaml"
)

// hook is what a release knows of an object that is a hook.
type hook struct {
	Name     string   `json:"name"`
	Events   []string `json:"events"`
	Weight   int      `json:"weight"`
	Policies []string `json:"policies"`
}

// answer is what Helm makes of a release.
type answer struct {
	// Hooks are the objects that are hooks.
	Hooks []hook `json:"hooks"`
	// Created are the names of all objects in the order in which an install creates them.
	Created []string `json:"created"`
	// Error is why nothing is installed.
	Error string `json:"error,omitempty"`
}

// recorder notes what a client is asked to create.
type recorder struct {
	answer *answer
	// rest are the names of what is not a hook.
	rest []string
	// seen is whether the rest has been asked for.
	seen bool
}

// build reads a manifest: the first one that is not validated is what is not a hook, which stays on this side, since Helm looks
// for it in the cluster.
func (it *recorder) build(reader io.Reader, validate bool) (list []*resource.Info) {
	found := names(reader)
	if !validate {
		if !it.seen {
			it.seen, it.rest = true, found
		}
		return nil
	}
	for _, name := range found {
		list = append(list, &resource.Info{Name: name})
	}
	return
}

// create notes what is created.
func (it *recorder) create(list []*resource.Info) {
	for _, info := range list {
		it.answer.Created = append(it.answer.Created, info.Name)
	}
}

// wait notes that what is not a hook has been created: Helm waits for it then.
func (it *recorder) wait() {
	it.answer.Created = append(it.answer.Created, it.rest...)
}

// names returns the names of the objects in a manifest.
func names(reader io.Reader) (found []string) {
	text, _ := io.ReadAll(reader)
	for _, part := range strings.Split("\n"+string(text), "\n---") {
		var object struct {
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
		}
		if yaml.Unmarshal([]byte(part), &object) == nil && object.Metadata.Name != "" {
			found = append(found, object.Metadata.Name)
		}
	}
	return
}

func main() {
	stdlog.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	lines, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	lines.Buffer(nil, 1<<20)
	defer out.Flush()
	for lines.Scan() {
		var objects []json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &objects); err != nil {
			panic(err)
		}
		// A template for each object: JSON is YAML.
		text, err := json.Marshal(map[string]answer{"helm3": install3(objects), "helm4": install4(objects)})
		if err != nil {
			panic(err)
		}
		out.Write(append(text, '\n'))
	}
}

// Prints what Argo CD makes of annotations: a line of JSON for each line of JSON on standard input, which is the
// annotations of an object.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/argoproj/gitops-engine/pkg/sync/hook"
	"github.com/argoproj/gitops-engine/pkg/sync/syncwaves"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// answer is what Argo CD makes of an object.
type answer struct {
	// Hook is whether it is a hook, and so not kept in sync.
	Hook bool `json:"hook"`
	// Skipped is whether it is never applied on purpose.
	Skipped bool `json:"skipped"`
	// Hooks are the moments at which it runs.
	Hooks []string `json:"hooks"`
	// Policies say when it is deleted.
	Policies []string `json:"policies"`
	// Wave is where it comes in its phase.
	Wave int `json:"wave"`
}

func main() {
	lines, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var annotations map[string]string
		if err := json.Unmarshal(lines.Bytes(), &annotations); err != nil {
			log.Fatal(err)
		}
		object := &unstructured.Unstructured{Object: map[string]any{}}
		object.SetAnnotations(annotations)
		result := answer{Hook: hook.IsHook(object), Skipped: hook.Skip(object), Hooks: []string{}, Policies: []string{}}
		for _, it := range hook.Types(object) {
			result.Hooks = append(result.Hooks, string(it))
		}
		for _, it := range hook.DeletePolicies(object) {
			result.Policies = append(result.Policies, string(it))
		}
		result.Wave = syncwaves.Wave(object)
		text, err := json.Marshal(result)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(append(text, '\n'))
	}
}

// Decodes the objects of a file as Tekton and Flux do, strictly: a field that a kind does not have, and for Tekton what its own
// webhook refuses, ends the program with 1.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	tektonv1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"helm.toolkit.fluxcd.io/v2/HelmRelease":     func() any { return new(helmv2.HelmRelease) },
	"source.toolkit.fluxcd.io/v1/GitRepository": func() any { return new(sourcev1.GitRepository) },
	"tekton.dev/v1/Pipeline":                    func() any { return new(tektonv1.Pipeline) },
	"tekton.dev/v1/Task":                        func() any { return new(tektonv1.Task) },
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var head metav1.TypeMeta
		if err := yaml.Unmarshal(document, &head); err != nil {
			fail(err)
		}
		name := head.APIVersion + "/" + head.Kind
		create, known := kinds[name]
		if !known {
			fail(name, "has no type here")
		}
		object := create()
		if err := yaml.UnmarshalStrict(document, object); err != nil {
			fail(name, err)
		}
		if it, ok := object.(apis.Defaultable); ok {
			it.SetDefaults(context.Background())
		}
		if it, ok := object.(apis.Validatable); ok {
			if err := it.Validate(context.Background()); err != nil {
				fail(name, err)
			}
		}
		fmt.Println(name)
	}
}

func fail(words ...any) {
	fmt.Fprintln(os.Stderr, words...)
	os.Exit(1)
}

// Verdict prints what a real API server answers when a Job or CronJob is created: the judge of src/kubernetes.
//
//	verdict FILE…     one line for each document of the files
//	verdict < CASES   one line for each line of standard input, which is a manifest as a JSON string
//
// A line of output is {"file","doc","raw":ANSWER,"kubectl":ANSWER}. `raw` is the answer to the manifest as it is, `kubectl`
// to what kubectl makes of it. An ANSWER has the form of an element of `batchlint dry-run --format json`.
//
// The request goes through the server's own create handler, storage strategy, defaulting, validation and warnings, over an
// empty store, as `?dryRun=All&fieldValidation=Strict`. Only admission is left out. minors/ pins the Kubernetes that is
// linked; ./build builds it.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

// line is a line of output.
type line struct {
	File    string `json:"file,omitempty"`
	Doc     int    `json:"doc"`
	Raw     answer `json:"raw"`
	Kubectl answer `json:"kubectl"`
}

func main() {
	// The API server's own default is false; kubeadm, kind, k3s and the cloud providers set true.
	capabilities.Setup(true, 0)
	uuid.SetRand(zeros{}) // a message may show the object's new UID
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)

	server := newServer()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	print := func(file string, doc int, manifest []byte) {
		raw, kubectl := server.judge(manifest)
		check(out.Encode(line{file, doc, raw, kubectl}))
	}
	if len(os.Args) == 1 {
		cases := json.NewDecoder(bufio.NewReader(os.Stdin))
		for doc := 0; ; doc++ {
			var manifest string
			err := cases.Decode(&manifest)
			if errors.Is(err, io.EOF) {
				return
			}
			check(err)
			print("", doc, []byte(manifest))
		}
	}
	for _, name := range os.Args[1:] {
		file, err := os.Open(name)
		check(err)
		documents := kyaml.NewYAMLReader(bufio.NewReader(file))
		for doc := 0; ; doc++ {
			manifest, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			check(err)
			if len(bytes.TrimSpace(manifest)) > 0 {
				print(name, doc, manifest)
			}
		}
		check(file.Close())
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "verdict: %v\n", err)
		os.Exit(2)
	}
}

// zeros is the source of UIDs that are always the same.
type zeros struct{}

func (zeros) Read(bytes []byte) (int, error) {
	clear(bytes)
	return len(bytes), nil
}

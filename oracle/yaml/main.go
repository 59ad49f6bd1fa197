// Prints what kubectl reads in texts: a line of JSON for each line of JSON on standard input, which is a text.
//
// It takes a text apart as kubectl does a file (k8s.io/cli-runtime/pkg/resource, FileVisitor and StreamVisitor), with the
// same decoder, and stops at the first error as kubectl does.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// answer is what kubectl makes of a text.
type answer struct {
	// Documents are the values that are sent to the server one by one.
	Documents []json.RawMessage `json:"documents"`
	// Error is why what follows is not read.
	Error string `json:"error,omitempty"`
}

func read(text string) (result answer) {
	result.Documents = []json.RawMessage{}
	// go-yaml panics on some texts, and kubectl with it.
	defer func() {
		if cause := recover(); cause != nil {
			result.Error = fmt.Sprint("panic: ", cause)
		}
	}()
	decoded := transform.NewReader(strings.NewReader(text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(decoded, 4096)
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); err == io.EOF {
			return
		} else if err != nil {
			result.Error = err.Error()
			return
		}
		value = bytes.TrimSpace(value)
		if len(value) > 0 && !bytes.Equal(value, []byte("null")) {
			result.Documents = append(result.Documents, written(value))
		}
	}
}

// written writes JSON anew: what the server reads in it, without repeated keys and broken escapes.
func written(value json.RawMessage) json.RawMessage {
	var decoded any
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		return value
	}
	encoded, err := json.Marshal(decoded)
	if err != nil {
		return value
	}
	return encoded
}

func main() {
	input, output := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer output.Flush()
	texts, answers := json.NewDecoder(input), json.NewEncoder(output)
	answers.SetEscapeHTML(false)
	for {
		var text string
		if err := texts.Decode(&text); err == io.EOF {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "oracle/yaml:", err)
			os.Exit(1)
		}
		if err := answers.Encode(read(text)); err != nil {
			fmt.Fprintln(os.Stderr, "oracle/yaml:", err)
			os.Exit(1)
		}
	}
}

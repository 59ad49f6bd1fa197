package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

var batch = schema.GroupVersion{Group: "batch", Version: "v1"}

// answer is what a client gets.
type answer struct {
	Kind     string   `json:"kind,omitempty"`
	Accepted bool     `json:"accepted"`
	Stage    string   `json:"stage"` // where it ended: route (in kubectl), decode, strict, invalid, other, ok
	Code     int      `json:"code,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Message  string   `json:"message,omitempty"`
	Strict   []string `json:"strict,omitempty"`
	Causes   []cause  `json:"causes,omitempty"` // in the server's order, which is random where it walks a Go map
	Warnings []string `json:"warnings,omitempty"`
}

// cause is one wrong field.
type cause struct {
	Type    string `json:"type"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// judge sends a manifest as it is, and as kubectl sends it. What kubectl has no place to send to goes nowhere.
func (s server) judge(manifest []byte) (raw, kubectl answer) {
	object, route := decodeAsKubectl(manifest)
	if route != nil {
		return *route, *route
	}
	var reencoded bytes.Buffer
	check(unstructured.UnstructuredJSONScheme.Encode(object, &reencoded))
	contentType := runtime.ContentTypeYAML
	if trimmed := bytes.TrimSpace(manifest); bytes.HasPrefix(trimmed, []byte("{")) && json.Valid(trimmed) {
		contentType = runtime.ContentTypeJSON
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return s.ask(object.GetKind(), namespace, contentType, manifest),
		s.ask(object.GetKind(), namespace, runtime.ContentTypeJSON, reencoded.Bytes())
}

// decodeAsKubectl reads a manifest as kubectl does before it knows where to send it
// (k8s.io/cli-runtime/pkg/resource/visitor.go).
func decodeAsKubectl(manifest []byte) (*unstructured.Unstructured, *answer) {
	route := func(message, kind string) (*unstructured.Unstructured, *answer) {
		return nil, &answer{Stage: "route", Message: message, Kind: kind}
	}
	var text runtime.RawExtension
	err := kyaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifest), 4096).Decode(&text)
	var malformed kyaml.YAMLSyntaxError
	switch {
	case errors.Is(err, io.EOF) || err == nil && (len(text.Raw) == 0 || string(text.Raw) == "null"):
		return route("no objects passed to create", "")
	case errors.As(err, &malformed):
		return route(malformed.Error(), "")
	case err != nil:
		return route("error converting YAML to JSON: "+err.Error(), "")
	}
	object := &unstructured.Unstructured{}
	if _, _, err := unstructured.UnstructuredJSONScheme.Decode(text.Raw, nil, object); err != nil {
		return route("error validating data / unable to decode: "+err.Error(), "")
	}
	version, kind := object.GetAPIVersion(), object.GetKind()
	if version != batch.String() || (kind != "Job" && kind != "CronJob") {
		message := fmt.Sprintf("resource mapping not found: no matches for kind %q in version %q", kind, version)
		return route(message, version+", Kind="+kind)
	}
	return object, nil
}

func (s server) ask(kind, namespace, contentType string, body []byte) answer {
	response, panicked := s.post(kind, namespace, contentType, body)
	a := answer{Kind: "batch/v1, Kind=" + kind, Code: response.Code}
	for _, header := range response.Header().Values("Warning") {
		a.Warnings = append(a.Warnings, withoutUIDs(warningText(header), body))
	}
	var status metav1.Status
	switch {
	case panicked != "":
		a.Stage, a.Code, a.Reason, a.Message = "other", 500, string(metav1.StatusReasonInternalError), "PANIC "+panicked
		return a
	case response.Code == 201:
		a.Stage, a.Accepted = "ok", true
		return a
	case json.Unmarshal(response.Body.Bytes(), &status) != nil:
		a.Stage, a.Message = "other", response.Body.String()
		return a
	}
	a.Reason, a.Message = string(status.Reason), withoutUIDs(status.Message, body)
	switch {
	case status.Reason == metav1.StatusReasonInvalid:
		a.Stage = "invalid"
		for _, it := range status.Details.Causes {
			a.Causes = append(a.Causes, cause{string(it.Type), it.Field, withoutUIDs(it.Message, body)})
		}
	case strings.Contains(status.Message, "strict decoding error: "):
		a.Stage, a.Strict = "strict", strictErrors(kind, contentType, body)
	case status.Reason == metav1.StatusReasonBadRequest:
		a.Stage = "decode"
	default:
		a.Stage = "other"
	}
	return a
}

// strictErrors decodes once more, for the response has them joined.
func strictErrors(kind, contentType string, body []byte) (all []string) {
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), contentType)
	internal := schema.GroupVersion{Group: batch.Group, Version: runtime.APIVersionInternal}
	defaults := batch.WithKind(kind)
	_, _, err := legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, internal).Decode(body, &defaults, nil)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		for _, it := range strict.Errors() {
			all = append(all, it.Error())
		}
	}
	return all
}

// warningText returns the text of `299 - "text"`.
func warningText(header string) string {
	_, text, _ := strings.Cut(header, `"`)
	text = strings.TrimSuffix(text, `"`)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(text)
}

var uid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// withoutUIDs replaces the UIDs that the server has made.
func withoutUIDs(text string, body []byte) string {
	return uid.ReplaceAllStringFunc(text, func(found string) string {
		if bytes.Contains(body, []byte(found)) {
			return found
		}
		return "00000000-0000-4000-8000-000000000000"
	})
}

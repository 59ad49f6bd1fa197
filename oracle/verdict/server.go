package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	_ "time/tzdata" // as cmd/kube-apiserver does

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apiserver/pkg/endpoints/filters"
	"k8s.io/apiserver/pkg/endpoints/handlers"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/apiserver/pkg/storage/storagebackend/factory"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	cronjob "k8s.io/kubernetes/pkg/registry/batch/cronjob/storage"
	job "k8s.io/kubernetes/pkg/registry/batch/job/storage"
)

// server has the create handler of each kind.
type server map[string]http.Handler

func newServer() server {
	jobs, err := job.NewStorage(options())
	check(err)
	cronJobs, _, err := cronjob.NewREST(options())
	check(err)
	return server{"Job": handler(jobs.Job, "Job"), "CronJob": handler(cronJobs, "CronJob")}
}

// resource returns the name of a kind in a URL.
func resource(kind string) string { return strings.ToLower(kind) + "s" }

// emptyStore is an etcd without objects. It needs no more, for a dry-run stores nothing.
type emptyStore struct{ storage.Interface }

func (emptyStore) Versioner() storage.Versioner { return storage.APIObjectVersioner{} }

func (emptyStore) Get(_ context.Context, key string, _ storage.GetOptions, _ runtime.Object) error {
	return storage.NewKeyNotFoundError(key, 0)
}

func (emptyStore) ReadinessCheck() error { return nil }

func options() generic.RESTOptions {
	codec := legacyscheme.Codecs.LegacyCodec(batch)
	return generic.RESTOptions{
		ResourcePrefix: "batch",
		StorageConfig: storagebackend.NewDefaultConfig("/registry", codec).
			ForResource(schema.GroupResource{Group: batch.Group, Resource: "jobs"}),
		Decorator: func(*storagebackend.ConfigForResource, string, func(runtime.Object) (string, error),
			func() runtime.Object, func() runtime.Object, storage.AttrFunc, storage.IndexerFuncs, *cache.Indexers,
		) (storage.Interface, factory.DestroyFunc, error) {
			return emptyStore{}, func() {}, nil
		},
	}
}

// handler returns what the server runs for a POST, with the filter that removes repeated warnings and cuts long ones.
func handler(storage rest.Creater, kind string) http.Handler {
	scheme := legacyscheme.Scheme
	internal := schema.GroupVersion{Group: batch.Group, Version: runtime.APIVersionInternal}
	fields, err := managedfields.NewDefaultFieldManager(managedfields.NewDeducedTypeConverter(),
		runtime.UnsafeObjectConvertor(scheme), scheme, scheme, batch.WithKind(kind), internal, "", nil)
	check(err)
	scope := &handlers.RequestScope{
		Namer:                    handlers.ContextBasedNaming{Namer: runtime.Namer(meta.NewAccessor())},
		Serializer:               legacyscheme.Codecs,
		ParameterCodec:           legacyscheme.ParameterCodec,
		Creater:                  scheme,
		Convertor:                scheme,
		Defaulter:                scheme,
		Typer:                    scheme,
		UnsafeConvertor:          runtime.UnsafeObjectConvertor(scheme),
		EquivalentResourceMapper: runtime.NewEquivalentResourceRegistry(),
		FieldManager:             fields,
		Resource:                 batch.WithResource(resource(kind)),
		Kind:                     batch.WithKind(kind),
		MetaGroupVersion:         metav1.SchemeGroupVersion,
		HubGroupVersion:          internal,
		MaxRequestBodyBytes:      3 * 1024 * 1024,
	}
	return filters.WithWarningRecorder(handlers.CreateResource(storage, scope, nil))
}

// post creates an object, dry, and returns the response; where the server would panic, what it says.
func (s server) post(kind, namespace, contentType string, body []byte) (response *httptest.ResponseRecorder, panicked string) {
	path := "/apis/batch/v1/namespaces/" + url.PathEscape(namespace) + "/" + resource(kind)
	query := "?dryRun=All&fieldValidation=Strict&fieldManager=verdict"
	post := httptest.NewRequest(http.MethodPost, path+query, bytes.NewReader(body))
	post.Header.Set("Content-Type", contentType)
	post.Header.Set("Accept", "application/json")
	ctx := request.WithNamespace(post.Context(), namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Path: path, Verb: "create", APIPrefix: "apis", APIGroup: batch.Group,
		APIVersion: batch.Version, Namespace: namespace, Resource: resource(kind), Parts: []string{resource(kind)},
	})
	rand.Seed(1) // generateName: always the same end
	response = httptest.NewRecorder()
	defer func() {
		if reason := recover(); reason != nil {
			panicked, _, _ = strings.Cut(fmt.Sprint(reason), "\n")
		}
	}()
	s[kind].ServeHTTP(response, post.WithContext(ctx))
	return response, ""
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/kube"
	"helm.sh/helm/v3/pkg/kube/fake"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
)

// client3 is a client of Helm 3.
type client3 struct {
	fake.PrintingKubeClient
	recorder
}

func (it *client3) Build(reader io.Reader, validate bool) (kube.ResourceList, error) {
	return it.build(reader, validate), nil
}

func (it *client3) Create(list kube.ResourceList) (*kube.Result, error) {
	it.create(list)
	return &kube.Result{Created: list}, nil
}

func (it *client3) Delete(list kube.ResourceList) (*kube.Result, []error) {
	return &kube.Result{Deleted: list}, nil
}

func (it *client3) Wait(kube.ResourceList, time.Duration) error {
	it.wait()
	return nil
}

func (it *client3) WatchUntilReady(kube.ResourceList, time.Duration) error { return nil }

// install3 installs objects as a release with Helm 3.
func install3(objects []json.RawMessage) (result answer) {
	result = answer{Hooks: []hook{}, Created: []string{}}
	configuration := action.Configuration{
		Releases:     storage.Init(driver.NewMemory()),
		KubeClient:   &client3{PrintingKubeClient: fake.PrintingKubeClient{Out: io.Discard}, recorder: recorder{answer: &result}},
		Capabilities: chartutil.DefaultCapabilities,
		Log:          func(string, ...any) {},
	}
	from := chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "shop", Version: "1.0.0"}}
	for at, object := range objects {
		name := fmt.Sprintf("templates/%03d.yaml", at)
		from.Templates = append(from.Templates, &chart.File{Name: name, Data: object})
	}
	install := action.NewInstall(&configuration)
	install.ReleaseName, install.Namespace = "shop", "shop"
	install.DisableOpenAPIValidation, install.Wait = true, true
	release, err := install.Run(&from, nil)
	if err != nil {
		result.Error = err.Error()
	}
	if release == nil {
		return
	}
	for _, it := range release.Hooks {
		known := hook{Name: it.Name, Events: []string{}, Weight: it.Weight, Policies: []string{}}
		for _, event := range it.Events {
			known.Events = append(known.Events, event.String())
		}
		for _, policy := range it.DeletePolicies {
			known.Policies = append(known.Policies, policy.String())
		}
		result.Hooks = append(result.Hooks, known)
	}
	return
}

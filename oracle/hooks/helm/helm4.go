package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/kube"
	"helm.sh/helm/v4/pkg/kube/fake"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// client4 is a client of Helm 4.
type client4 struct {
	fake.PrintingKubeClient
	*recorder
}

func (it *client4) Build(reader io.Reader, validate bool) (kube.ResourceList, error) {
	return it.build(reader, validate), nil
}

func (it *client4) Create(list kube.ResourceList, _ ...kube.ClientCreateOption) (*kube.Result, error) {
	it.create(list)
	return &kube.Result{Created: list}, nil
}

func (it *client4) Delete(list kube.ResourceList, _ meta.DeletionPropagation) (*kube.Result, []error) {
	return &kube.Result{Deleted: list}, nil
}

func (it *client4) GetWaiter(kube.WaitStrategy) (kube.Waiter, error) {
	return &waiter4{it.recorder}, nil
}

func (it *client4) GetWaiterWithOptions(kube.WaitStrategy, ...kube.WaitOption) (kube.Waiter, error) {
	return &waiter4{it.recorder}, nil
}

// waiter4 waits for nothing.
type waiter4 struct{ *recorder }

func (it *waiter4) Wait(kube.ResourceList, time.Duration) error {
	it.wait()
	return nil
}

func (it *waiter4) WaitWithJobs(kube.ResourceList, time.Duration) error    { return nil }
func (it *waiter4) WaitForDelete(kube.ResourceList, time.Duration) error   { return nil }
func (it *waiter4) WatchUntilReady(kube.ResourceList, time.Duration) error { return nil }

// install4 installs objects as a release with Helm 4.
func install4(objects []json.RawMessage) (result answer) {
	result = answer{Hooks: []hook{}, Created: []string{}}
	printing := fake.PrintingKubeClient{Out: io.Discard, LogOutput: io.Discard}
	configuration := action.NewConfiguration()
	configuration.Releases = storage.Init(driver.NewMemory())
	configuration.KubeClient = &client4{PrintingKubeClient: printing, recorder: &recorder{answer: &result}}
	configuration.Capabilities = common.DefaultCapabilities
	from := chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "shop", Version: "1.0.0"}}
	for at, object := range objects {
		name := fmt.Sprintf("templates/%03d.yaml", at)
		from.Templates = append(from.Templates, &common.File{Name: name, Data: object})
	}
	install := action.NewInstall(configuration)
	install.ReleaseName, install.Namespace = "shop", "shop"
	install.DisableOpenAPIValidation, install.WaitStrategy = true, kube.StatusWatcherStrategy
	made, err := install.Run(&from, nil)
	if err != nil {
		result.Error = err.Error()
	}
	done, ok := made.(*release.Release)
	if !ok || done == nil {
		return
	}
	for _, it := range done.Hooks {
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

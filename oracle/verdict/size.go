//go:build !v1.31 && !v1.32 && !v1.33

package main

import "k8s.io/apiserver/pkg/storage"

// EnableResourceSizeEstimation is asked for since Kubernetes 1.34.
func (emptyStore) EnableResourceSizeEstimation(storage.KeysFunc) error { return nil }

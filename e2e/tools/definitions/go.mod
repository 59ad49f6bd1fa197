module batchlint/e2e/tools/definitions

go 1.25

// Only their files are taken: nothing here is built.
require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)

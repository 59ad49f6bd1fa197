module batchlint/packages/guides/argo-cd

go 1.25

// Only a file of it is taken: nothing here is built.
require github.com/argoproj/argo-cd/v3 v3.1.9

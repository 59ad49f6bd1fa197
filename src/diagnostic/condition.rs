//! What the other files of a run decide about a finding.

/// What must be true of the other files, or the finding is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A GitOps tool applies the file, and not Flux alone.
    AppliedByArgoCd,
    /// No GitOps tool may apply the file.
    NotApplied,
    /// Flux applies the file, and no object of Argo CD says that this does.
    AppliedByFlux,
    /// Argo CD may not apply the file.
    NotByArgoCd,
    /// Flux may not apply the file, or an object of Argo CD says that this does.
    NotByFlux,
    /// The kustomization around the file lists it, or another one does.
    NotLeftOut,
    /// Neither OpenShift nor the Dockerfiles of the images give the containers a user.
    NoOtherUser {
        /// The ServiceAccount's namespace, empty where it is not stated, and its name; none where OpenShift would assign no user.
        account: Option<(Box<str>, Box<str>)>,
        /// The images, empty where none is stated.
        images: Box<[Box<str>]>,
    },
    /// No LimitRange fills in any of these in containers.
    NotByDefault {
        /// The namespace of the Job, empty where it is not stated.
        namespace: Box<str>,
        /// What containers lack: `limits.memory`, `requests.cpu`.
        fields: &'static [&'static str],
    },
    /// The ServiceAccount `default` gives its pods a token.
    TokenMounted {
        /// The namespace of the Job, empty where it is not stated.
        namespace: Box<str>,
    },
    /// No patch adds an environment variable of this name.
    NotSetByPatch(Box<str>),
    /// No patch may set `suspend: false` in an object of this name.
    NotResumedByPatch(Box<str>),
    /// No command in the files fills in all of the placeholders in these values.
    NotFilledIn(Box<[Box<str>]>),
}

impl Condition {
    /// Whether only another file can say that it is met, namely which tool applies the file.
    pub fn needs_applier(&self) -> bool {
        matches!(self, Condition::AppliedByArgoCd | Condition::AppliedByFlux)
    }
}

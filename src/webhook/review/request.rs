//! What an API server asks.

use serde::Deserialize;
use serde_json::Value;

use crate::suppress::ANNOTATION;

/// A request for admission.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Identifies the request; the answer repeats it.
    pub uid: String,
    /// The kind of the object.
    #[serde(default)]
    pub kind: Kind,
    /// `status` or the like; empty for the object itself.
    #[serde(default)]
    pub sub_resource: String,
    /// The object's name, empty where the server makes one.
    #[serde(default)]
    pub name: String,
    /// The object's namespace.
    #[serde(default)]
    pub namespace: String,
    /// `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
    #[serde(default)]
    pub operation: String,
    /// Who asks.
    #[serde(default)]
    pub user_info: User,
    /// The object as it is to be stored.
    #[serde(default)]
    pub object: Option<Value>,
    /// The object as it is stored.
    #[serde(default)]
    pub old_object: Option<Value>,
    /// Whether nothing will be stored.
    #[serde(default)]
    pub dry_run: bool,
}

/// A kind with its group.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Kind {
    /// `batch`
    #[serde(default)]
    pub group: String,
    /// `Job` or `CronJob`
    #[serde(default)]
    pub kind: String,
}

/// Who asks.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct User {
    /// `system:serviceaccount:` with namespace and name, for pods.
    #[serde(default)]
    pub username: String,
}

/// Why a body is no question that has an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    request: Option<Request>,
}

/// Reads an `AdmissionReview`.
///
/// # Errors
/// Says what the body is instead, without repeating any of it.
pub fn read(body: &[u8]) -> Result<Request, Malformed> {
    let review: Review = serde_json::from_slice(body).map_err(|error| {
        // The library's own words repeat values.
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends too early",
            serde_json::error::Category::Data => "is no AdmissionReview",
            _ => "is no JSON",
        };
        let place = format!("line {} column {}", error.line(), error.column());
        Malformed(format!("the body {what} ({place})"))
    })?;
    if (review.api_version.as_str(), review.kind.as_str()) != ("admission.k8s.io/v1", "AdmissionReview") {
        return Err(Malformed("the body is no AdmissionReview of admission.k8s.io/v1".to_owned()));
    }
    let request = review.request.ok_or_else(|| Malformed("the review has no `request`".to_owned()))?;
    if request.uid.is_empty() {
        return Err(Malformed("the request has no `uid`".to_owned()));
    }
    Ok(request)
}

impl Request {
    /// Reads the request's identity from the beginning of a body, where API servers write it.
    pub fn from_head(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let (_, rest) = head.split_once("\"request\":{\"uid\":\"")?;
        let (uid, _) = rest.split_once('"')?;
        let is_plain = uid.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        (is_plain && !uid.is_empty()).then(|| Request { uid: uid.to_owned(), ..Request::default() })
    }

    /// Returns why the request is none to judge, though the API server may send it: its match conditions may be missing.
    pub(super) fn passes(&self) -> Option<&'static str> {
        let object = self.object.as_ref();
        if !self.sub_resource.is_empty() {
            return Some("it is for a part of the object");
        }
        match self.operation.as_str() {
            "CREATE" => {}
            "UPDATE" if self.changes_nothing_of_ours() => return Some("it changes nothing that is judged"),
            "UPDATE" => {}
            _ => return Some("nothing is created or updated"),
        }
        let is_going = object.is_some_and(|it| !it["metadata"]["deletionTimestamp"].is_null());
        is_going.then_some("the object is being deleted")
    }

    fn changes_nothing_of_ours(&self) -> bool {
        let (Some(new), Some(old)) = (&self.object, &self.old_object) else { return false };
        let ours = |object: &Value| object["metadata"]["annotations"][ANNOTATION].clone();
        new["spec"] == old["spec"] && ours(new) == ours(old)
    }

    /// Says whether a controller makes the object from one of its own: nobody sees what it is told.
    ///
    /// An owner alone proves nothing: `kubectl create job --from=cronjob/…` states the CronJob as the controller too.
    pub(super) fn is_child(&self) -> bool {
        let user = self.user_info.username.as_str();
        // Some clusters run all controllers as one user.
        let is_controller =
            user.starts_with("system:serviceaccount:") || user == "system:kube-controller-manager";
        let owners = self.object.as_ref().and_then(|it| it["metadata"]["ownerReferences"].as_array());
        is_controller && owners.is_some_and(|owners| owners.iter().any(|it| it["controller"] == true))
    }

    /// Returns the value of a label of the object.
    pub(super) fn label(&self, key: &str) -> Option<String> {
        let labels = &self.object.as_ref()?["metadata"]["labels"];
        labels[key].as_str().map(str::to_owned)
    }
}

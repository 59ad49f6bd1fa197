//! Facts about objects that several rules need: credentials, placeholders, programs that never end.

pub mod api_call;
pub mod api_client;
pub mod cron_fields;
pub mod endless;
pub mod gitops;
pub mod host_path;
pub mod index;
pub mod job_name;
pub mod leaks;
pub mod logged_secrets;
pub mod metadata_keys;
pub mod migration;
pub mod mounted_script;
pub mod mounted_secret;
pub mod network_use;
pub(crate) mod node_work;
pub(crate) mod openshift;
pub(crate) mod printing;
pub(crate) mod release_name;
pub(crate) mod removed_image;
pub(crate) mod root;
pub mod secret;
pub mod secret_variables;
pub(crate) mod two_objects;
pub mod unfilled_secret;
pub(crate) mod volume_file;

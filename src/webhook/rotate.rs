//! Certificates without cert-manager: an authority and a leaf in one Secret, renewed by steps.
//!
//! The API server keeps connections, and notices a leaf of an unknown authority only when it makes the next one. So a new
//! authority is published alongside the old one first, the leaf follows, and the old one goes an hour later at the earliest.

use std::collections::BTreeMap;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

/// The contents of the Secret.
pub type SecretData = BTreeMap<&'static str, String>;

/// The keys of the Secret.
pub const KEYS: [&str; 7] =
    ["ca.crt", "ca.key", "tls.crt", "tls.key", "next-ca.crt", "next-ca.key", "previous-ca.crt"];

const DAY: i64 = 86_400;

const LIFE_OF_AUTHORITY: i64 = 365 * DAY;

const LIFE_OF_LEAF: i64 = 90 * DAY;

/// An old authority stays published this long after its last leaf was replaced.
const OVERLAP: i64 = 3600;

const FROM_NEW: &str = "the leaf certificate is now issued by the new CA";

/// Clocks differ.
const SKEW: i64 = 300;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationPlan {
    /// What is done, in words.
    pub what: &'static str,
    /// The authorities to publish, before the Secret changes.
    pub bundle: String,
    /// What the Secret is to contain.
    pub data: SecretData,
    /// Whether there is more to do.
    pub goes_on: bool,
    /// Whether API servers must have seen the authorities before the Secret changes.
    pub waits_for_bundle: bool,
}

/// Why certificates cannot be renewed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// A certificate or a key cannot be read or made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    /// A certificate would begin or end at a time that has no date.
    #[error(transparent)]
    Time(#[from] time::error::ComponentRange),
}

/// Returns what is to be done next with the Secret, for a server that is called `names`.
///
/// # Errors
/// Passes on what the library says.
pub fn plan(data: &SecretData, names: &[String], now: i64) -> Result<RotationPlan, RotationError> {
    let mut data = data.clone();
    let authority = data.get("ca.crt").and_then(|pem| validity(pem)).filter(|it| it.1 > now);
    let has_key = data.get("ca.key").is_some_and(|key| KeyPair::from_pem(key).is_ok());
    let left = |(from, to): (i64, i64)| (to - now) * 3 < to - from;
    let (what, goes_on) = match authority {
        Some(life) if has_key => {
            if let (Some(certificate), Some(key)) = (data.remove("next-ca.crt"), data.remove("next-ca.key")) {
                let old = data.insert("ca.crt", certificate).unwrap_or_default();
                data.insert("ca.key", key);
                data.insert("previous-ca.crt", old);
                issue(&mut data, names, now)?;
                (FROM_NEW, false)
            } else if left(life) {
                data = with_next_authority(data, now)?;
                ("a new CA is published alongside the old one", true)
            } else {
                let leaf = data.get("tls.crt").and_then(|pem| validity(pem));
                match leaf {
                    Some((from, _))
                        if from + SKEW + OVERLAP < now && data.remove("previous-ca.crt").is_some() =>
                    {
                        ("the old CA is removed", true)
                    }
                    Some(life) if !left(life) && data.contains_key("tls.key") => ("nothing to renew", false),
                    _ => {
                        issue(&mut data, names, now)?;
                        ("the leaf certificate is renewed", false)
                    }
                }
            }
        }
        _ => {
            let (certificate, key) = new_authority(now)?;
            data.clear();
            data.insert("ca.crt", certificate);
            data.insert("ca.key", key);
            issue(&mut data, names, now)?;
            ("a CA and a leaf certificate are created", false)
        }
    };
    let bundle = ["ca.crt", "previous-ca.crt", "next-ca.crt"];
    let bundle = bundle.iter().filter_map(|key| data.get(key)).cloned().collect();
    let waits_for_bundle = what == FROM_NEW;
    Ok(RotationPlan { what, bundle, data, goes_on, waits_for_bundle })
}

/// Adds an authority that is not due yet.
///
/// # Errors
/// Passes on what the library says.
pub fn with_next_authority(mut data: SecretData, now: i64) -> Result<SecretData, RotationError> {
    let (certificate, key) = new_authority(now)?;
    data.insert("next-ca.crt", certificate);
    data.insert("next-ca.key", key);
    Ok(data)
}

fn new_authority(now: i64) -> Result<(String, String), RotationError> {
    let mut params = params(Vec::new(), "batchlint authority", now, LIFE_OF_AUTHORITY)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let made = CertifiedIssuer::self_signed(params, key)?;
    Ok((made.pem(), made.key().serialize_pem()))
}

fn issue(data: &mut SecretData, names: &[String], now: i64) -> Result<(), RotationError> {
    let text = |key: &str| data.get(key).map(String::as_str).unwrap_or_default();
    let key = KeyPair::from_pem(text("ca.key"))?;
    let issuer = Issuer::from_ca_cert_pem(text("ca.crt"), key)?;
    let mut params = params(names.to_vec(), "batchlint", now, LIFE_OF_LEAF)?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let leaf = params.signed_by(&key, &issuer)?;
    data.insert("tls.crt", leaf.pem());
    data.insert("tls.key", key.serialize_pem());
    Ok(())
}

fn params(names: Vec<String>, name: &str, now: i64, life: i64) -> Result<CertificateParams, RotationError> {
    let mut params = CertificateParams::new(names)?;
    let mut subject = DistinguishedName::new();
    // Two authorities must not have the same name: their certificates would be taken for each other.
    subject.push(DnType::CommonName, format!("{name} {now}"));
    params.distinguished_name = subject;
    let at = time::OffsetDateTime::from_unix_timestamp;
    params.not_before = at(now - SKEW)?;
    params.not_after = at(now + life)?;
    Ok(params)
}

/// Returns when a certificate begins and ends, in seconds since 1970.
fn validity(pem: &str) -> Option<(i64, i64)> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    let validity = certificate.validity();
    Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
}

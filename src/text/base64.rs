//! Base64 as Go reads it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// Go takes a last letter with bits that no byte needs (`encoding/base64`).
const GO: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Decodes a text as Go does, which ignores the ends of lines.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|it| !matches!(it, '\r' | '\n')).collect();
    GO.decode(digits).ok()
}

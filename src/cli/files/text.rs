//! The bytes of files, and the texts that they are.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _};

use crate::workload::is_manifest;

/// Larger files are not read: offsets are 32 bits, and no manifest is that long.
pub(in crate::cli) const MAXIMUM_BYTES: u64 = 32 * 1024 * 1024;

/// Makes a text of a file's bytes; the error says why they are none.
pub(in crate::cli) fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() as u64 > MAXIMUM_BYTES {
        return Err("the file is larger than 32 MiB, the most that batchlint reads".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "the file is UTF-16, and kubectl reads UTF-8 only".to_owned()
            }
            _ if bytes.contains(&0) => "the file is binary, no text".to_owned(),
            _ => format!("the file is not UTF-8: byte {} is wrong", error.utf8_error().valid_up_to() + 1),
        }
    })
}

/// Reads at most one byte more than is allowed, so that a huge file costs no more than that.
pub(super) fn read_all(file: File) -> io::Result<Vec<u8>> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    // One byte more than there is: the end is seen without growing.
    let mut bytes = Vec::with_capacity(metadata.len().min(MAXIMUM_BYTES) as usize + 1);
    file.take(MAXIMUM_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Says whether bytes may be a manifest, whatever their encoding: of UTF-16, ASCII is left without its zeros.
pub(super) fn may_be_manifest(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    is_manifest(&if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { text })
}

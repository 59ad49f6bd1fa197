//! Why bytes are not a text.

/// Returns why bytes that follow `before` others are not UTF-8, of which `valid` are.
pub(crate) fn describe_invalid(bytes: &[u8], before: usize, valid: usize) -> String {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] if before == 0 => {
            "the file is UTF-16, and batchlint reads only UTF-8".to_owned()
        }
        _ if bytes.contains(&0) => "the file is binary, not text".to_owned(),
        _ => format!("the file is not UTF-8: byte {} is invalid", before + valid + 1),
    }
}

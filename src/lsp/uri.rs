//! Addresses of files as the protocol writes them.

use std::path::{Path, PathBuf};

use crate::text::percent::{decode, encode};
use lsp_types::Uri;

/// Returns the path of a `file:` address; nothing for any other, such as that of a text without a file yet.
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    let text = uri.as_str().strip_prefix("file://")?;
    let path = decode(&text[text.find('/')?..])?;
    // `/C:/jobs` is the path `C:/jobs` of a drive.
    let is_drive = path.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) && path[2..].starts_with(':');
    Some(PathBuf::from(if is_drive { &path[1..] } else { &path }))
}

/// Returns the address of the file at an absolute path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    let path = path.to_str()?.replace('\\', "/");
    let start = if path.starts_with('/') { "file://" } else { "file:///" };
    format!("{start}{}", encode(&path)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_give_each_other() {
        for (path, uri) in
            [("/srv/a b/jöb.yaml", "file:///srv/a%20b/j%C3%B6b.yaml"), ("C:/a.yaml", "file:///C%3A/a.yaml")]
        {
            assert_eq!(uri_of(Path::new(path)).map(|uri| uri.as_str().to_owned()), Some(uri.to_owned()));
            assert_eq!(path_of(&uri.parse().expect("it is an address")), Some(PathBuf::from(path)));
        }
        assert_eq!(path_of(&"untitled:Untitled-1".parse().expect("it is an address")), None);
    }
}

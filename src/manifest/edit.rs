//! Fixes: edits of bytes, so that every other byte of a file stays as it is.
//!
//! Rules make edits with the functions of [`Edit`], which know block and flow style, JSON, line ends and aliases, and
//! say where no edit can be made. [`apply`] puts fixes into a text.

pub mod apply;
mod entry;
mod item;
pub mod layout;
mod relocate;
mod relocate_all;
mod written;

use std::borrow::Cow;

use crate::text::span::Span;

/// Whether a fix can be applied without a look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Safety {
    /// After the API server's defaulting the object is the same, and for a CronJob so is every Job made from it. Of what
    /// the server rejects, only `batch/v1beta1` and keys that are there twice with the same value.
    Safe,
    /// Anything else: it changes what runs, and someone has to look.
    Unsafe,
}

impl Safety {
    /// Returns the word that people and tools know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// A change that makes a finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// What it does, as an instruction without a full stop.
    pub title: Cow<'static, str>,
    /// Whether it needs a look.
    pub safety: Safety,
    /// The edits, which belong together.
    pub edits: Vec<Edit>,
    /// Whether an edit repeats a detected secret, so that it can be applied but never shown.
    pub confidential: bool,
}

/// Replaces the bytes of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// The bytes that go; none where something is inserted.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

/// The edits of a fix, or why there are none.
pub type Edits = Result<Vec<Edit>, Obstacle>;

/// Why an edit cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// An alias or a merge repeats the text, so that a change here would be one elsewhere too.
    Shared,
    /// There is no text, or it is written in a way that leaves the right edit open.
    Layout,
}

impl Fix {
    /// Makes a fix whose edits may be shown.
    pub fn new(title: impl Into<Cow<'static, str>>, safety: Safety, edits: Vec<Edit>) -> Fix {
        Fix { title: title.into(), safety, edits, confidential: false }
    }
}

impl Edit {
    /// Returns the edit that replaces the bytes of a span.
    pub fn new(span: Span, text: impl Into<String>) -> Edit {
        Edit { span, text: text.into() }
    }

    /// Returns the edit that inserts a text.
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Edit {
        Edit::new(Span::new(at, at), text)
    }

    /// Joins edits that belong together: all of them or none.
    pub fn all(edits: impl IntoIterator<Item = Edits>) -> Edits {
        let lists = edits.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(lists.concat())
    }
}

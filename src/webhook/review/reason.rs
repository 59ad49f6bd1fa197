//! Why a request cannot be judged.

/// Why a request cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnjudgedReason {
    /// The body is larger than what is read.
    TooLarge,
    /// The object is nested deeper than what is read.
    TooDeep,
    /// A text of the object is not UTF-8.
    NotUtf8,
    /// A text of the object has half a surrogate pair.
    Surrogate,
    /// The time that the API server waits was over.
    TooSlow,
    /// Too many other requests were being judged.
    NoRoom,
    /// A rule failed.
    Panicked,
    /// No policy is in force.
    NoPolicy,
    /// The object has nothing that runs.
    NothingJudged,
    /// The body is not what an API server sends.
    Malformed,
    /// A key comes twice, so that readers may differ about its value.
    Ambiguous,
    /// The object is of another kind than the request says.
    WrongKind,
    /// The operation is not known.
    UnknownOperation,
}

impl UnjudgedReason {
    /// All reasons.
    pub const ALL: [UnjudgedReason; 13] = [
        UnjudgedReason::TooLarge,
        UnjudgedReason::TooDeep,
        UnjudgedReason::NotUtf8,
        UnjudgedReason::Surrogate,
        UnjudgedReason::TooSlow,
        UnjudgedReason::NoRoom,
        UnjudgedReason::Panicked,
        UnjudgedReason::NoPolicy,
        UnjudgedReason::NothingJudged,
        UnjudgedReason::Malformed,
        UnjudgedReason::Ambiguous,
        UnjudgedReason::WrongKind,
        UnjudgedReason::UnknownOperation,
    ];

    /// Returns the word that metrics know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            UnjudgedReason::TooLarge => "too_large",
            UnjudgedReason::TooDeep => "too_deep",
            UnjudgedReason::NotUtf8 => "not_utf8",
            UnjudgedReason::Surrogate => "surrogate",
            UnjudgedReason::TooSlow => "too_slow",
            UnjudgedReason::NoRoom => "no_room",
            UnjudgedReason::Panicked => "panicked",
            UnjudgedReason::NoPolicy => "no_policy",
            UnjudgedReason::NothingJudged => "nothing_judged",
            UnjudgedReason::Malformed => "malformed",
            UnjudgedReason::Ambiguous => "ambiguous",
            UnjudgedReason::WrongKind => "wrong_kind",
            UnjudgedReason::UnknownOperation => "unknown_operation",
        }
    }

    /// Returns what people are told.
    pub fn message(self) -> &'static str {
        match self {
            UnjudgedReason::TooLarge => "it is too large",
            UnjudgedReason::TooDeep => "it is nested too deep",
            UnjudgedReason::NotUtf8 => "a text in it is not UTF-8",
            UnjudgedReason::Surrogate => "a text in it has half a surrogate pair",
            UnjudgedReason::TooSlow => "it took too long",
            UnjudgedReason::NoRoom => "too many others are being judged",
            UnjudgedReason::Panicked => "a rule failed, which is a bug in batchlint",
            UnjudgedReason::NoPolicy => "no policy is in force",
            UnjudgedReason::NothingJudged => "it has no containers",
            UnjudgedReason::Malformed => "the review of it cannot be read",
            UnjudgedReason::Ambiguous => "a key in the review of it comes twice",
            UnjudgedReason::WrongKind => "it is of another kind than the review says",
            UnjudgedReason::UnknownOperation => "the operation is not known",
        }
    }
}

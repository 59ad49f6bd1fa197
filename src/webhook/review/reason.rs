//! Why a request cannot be checked.

/// Why a request cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnjudgedReason {
    /// The body is larger than what is read, or has more values than fit into memory.
    TooLarge,
    /// The body did not come in time.
    SlowBody,
    /// The body ended before its length.
    CutOff,
    /// The object is nested deeper than what is read.
    TooDeep,
    /// A text of the object is not UTF-8.
    NotUtf8,
    /// A text of the object has half a surrogate pair.
    Surrogate,
    /// Too many other requests were being received or checked.
    NoRoom,
    /// Checking it took too long.
    OutOfTime,
    /// A rule panicked.
    Panic,
    /// The object has nothing that runs.
    NothingChecked,
    /// A script is longer or nested deeper than what is read, or has a `coproc`: no rule has looked into it.
    UnreadScript,
    /// Its variables are too long once they are filled in: not all of it was searched for credentials.
    Unsearched,
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
    pub const ALL: [UnjudgedReason; 16] = [
        UnjudgedReason::TooLarge,
        UnjudgedReason::SlowBody,
        UnjudgedReason::CutOff,
        UnjudgedReason::TooDeep,
        UnjudgedReason::NotUtf8,
        UnjudgedReason::Surrogate,
        UnjudgedReason::NoRoom,
        UnjudgedReason::OutOfTime,
        UnjudgedReason::Panic,
        UnjudgedReason::NothingChecked,
        UnjudgedReason::UnreadScript,
        UnjudgedReason::Unsearched,
        UnjudgedReason::Malformed,
        UnjudgedReason::Ambiguous,
        UnjudgedReason::WrongKind,
        UnjudgedReason::UnknownOperation,
    ];

    /// Returns the label in metrics and logs.
    pub fn label(self) -> &'static str {
        match self {
            UnjudgedReason::TooLarge => "too_large",
            UnjudgedReason::SlowBody => "slow_body",
            UnjudgedReason::CutOff => "cut_off",
            UnjudgedReason::TooDeep => "too_deep",
            UnjudgedReason::NotUtf8 => "not_utf8",
            UnjudgedReason::Surrogate => "surrogate",
            UnjudgedReason::NoRoom => "no_room",
            UnjudgedReason::OutOfTime => "out_of_time",
            UnjudgedReason::Panic => "panic",
            UnjudgedReason::NothingChecked => "nothing_judged",
            UnjudgedReason::UnreadScript => "unread_script",
            UnjudgedReason::Unsearched => "unsearched",
            UnjudgedReason::Malformed => "malformed",
            UnjudgedReason::Ambiguous => "ambiguous",
            UnjudgedReason::WrongKind => "wrong_kind",
            UnjudgedReason::UnknownOperation => "unknown_operation",
        }
    }

    /// Returns what the client is told.
    pub fn why(self) -> &'static str {
        match self {
            UnjudgedReason::TooLarge => "the review is too large",
            UnjudgedReason::SlowBody => "the review did not arrive in time",
            UnjudgedReason::CutOff => "the review ended too early",
            UnjudgedReason::TooDeep => "it is nested too deeply",
            UnjudgedReason::NotUtf8 => "a string in it is not UTF-8",
            UnjudgedReason::Surrogate => "a string in it has half a surrogate pair",
            UnjudgedReason::NoRoom => "too many other reviews are in flight",
            UnjudgedReason::OutOfTime => "it took too long",
            UnjudgedReason::Panic => "a rule crashed, which is a bug in batchlint",
            UnjudgedReason::NothingChecked => "it has no containers",
            UnjudgedReason::UnreadScript => {
                "a script in it is too long, nested too deeply, or cannot be parsed"
            }
            UnjudgedReason::Unsearched => {
                "its variables are too long to be filled in and searched for credentials"
            }
            UnjudgedReason::Malformed => "the review cannot be read",
            UnjudgedReason::Ambiguous => "a key in the review appears twice",
            UnjudgedReason::WrongKind => "its kind differs from what the review says",
            UnjudgedReason::UnknownOperation => "the operation is unknown",
        }
    }
}

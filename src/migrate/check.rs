//! A check of another linter, as plain data.

/// A check of another linter.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name there.
    pub name: &'static str,
    /// Whether it runs only where someone asks for it.
    pub is_optional: bool,
    /// The rules that take its place; none where there is no such rule.
    pub rules: &'static [&'static str],
    /// Rules that report it and more, such as what the API server rejects: nothing turns them off.
    pub within: &'static [&'static str],
    /// The end of the path where a rule reports it that reports other checks' defects too; empty for any.
    pub place: &'static str,
    /// Options that a rule needs to do the same, as in `{severity: warning, keys: [owner]}`.
    pub options: &'static str,
    /// What is different, or, without a rule, why there is none; empty then for a check of other kinds.
    pub note: &'static str,
}

impl Check {
    /// Returns every rule that reports what the check reports.
    pub fn reporters(&self) -> impl Iterator<Item = &'static str> {
        self.rules.iter().chain(self.within).copied()
    }

    /// Whether the check is about kinds that nobody checks here.
    pub fn is_about_other_kinds(&self) -> bool {
        self.reporters().next().is_none() && self.note.is_empty()
    }

    pub(super) const fn optional(self) -> Check {
        Check { is_optional: true, ..self }
    }

    pub(super) const fn at(self, place: &'static str) -> Check {
        Check { place, ..self }
    }

    pub(super) const fn note(self, note: &'static str) -> Check {
        Check { note, ..self }
    }
}

/// A check whose place some rules take.
pub(super) const fn is(name: &'static str, rules: &'static [&'static str]) -> Check {
    Check { name, is_optional: false, rules, within: &[], place: "", options: "", note: "" }
}

/// A check of what some rules report, and more.
pub(super) const fn within(name: &'static str, within: &'static [&'static str]) -> Check {
    Check { within, ..is(name, &[]) }
}

/// A check without a rule, and why there is none.
pub(super) const fn without(name: &'static str, why: &'static str) -> Check {
    is(name, &[]).note(why)
}

/// A check of other kinds.
pub(super) const fn other(name: &'static str) -> Check {
    is(name, &[])
}

//! Counts the instructions of this thread, where the kernel lets us.

#[cfg(target_os = "linux")]
mod linux {
    use perf_event::Builder;
    use perf_event::events::Hardware;

    /// A counter of the kernel.
    pub struct Counter(perf_event::Counter);

    impl Counter {
        /// Returns a counter; nothing where the kernel has none for us.
        pub fn new() -> Option<Self> {
            let mut counter = Counter(Builder::new(Hardware::INSTRUCTIONS).build().ok()?);
            // Virtual machines may have a counter that stands still.
            let moves = counter
                .count(|| _ = std::hint::black_box((0..10_000).map(std::hint::black_box).sum::<u64>()));
            (moves > 0).then_some(counter)
        }

        /// Returns how many instructions `work` takes.
        pub fn count(&mut self, work: impl FnOnce()) -> u64 {
            self.0.reset().expect("the counter is ours");
            self.0.enable().expect("the counter is ours");
            work();
            self.0.disable().expect("the counter is ours");
            self.0.read().expect("the counter is ours")
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// No counter: only Linux has one that needs no privileges.
    pub struct Counter;

    impl Counter {
        /// Returns nothing.
        pub fn new() -> Option<Self> {
            None
        }

        /// Does the work.
        pub fn count(&mut self, work: impl FnOnce()) -> u64 {
            work();
            0
        }
    }
}

#[cfg(target_os = "linux")]
pub use linux::Counter;
#[cfg(not(target_os = "linux"))]
pub use other::Counter;

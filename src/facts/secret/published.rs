//! Keys that are printed in a manual: everybody has them, and nobody can change them.

/// How the keys of Azure's emulators for storage (Azurite) and for Cosmos DB start.
const OF_EMULATORS: [&str; 2] =
    ["Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsu", "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2n"];

/// Whether a value is the published key of an emulator.
pub(super) fn is_of_emulator(value: &str) -> bool {
    OF_EMULATORS.iter().any(|it| value.starts_with(it))
}

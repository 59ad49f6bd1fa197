//! Which environment, cluster or region the path of a directory names: what is for different ones is not in one cluster.

use crate::text::word_list::has_word;

/// Directories that hold one directory for each environment, cluster or tenant.
const LISTS: &str = "clusters customers datacenters datacentres env environment environments envs overlays region regions sites stages \
    tenants zones";

/// The names of the stages on the way to production.
const STAGES: [&str; 6] = [
    "prod production live prd",
    "staging stage stg",
    "dev develop development devel",
    "test testing tst qa uat",
    "preprod preproduction pre-production pre-prod preprd",
    "sandbox sbx playground",
];

/// The words for regions, which stand for one alone or together with others: `eu`, `eu-west-1`.
const REGIONS: &str = "america apac asia central east emea eu europe north northeast northwest south southeast southwest uk us west";

/// The words that are part of the name of a region.
const PARTS_OF_REGIONS: &str = "af ap australia ca cn gov me sa";

/// Directories of what is for all of them.
const SHARED: &str = "all app apps base bases common components core default global infra infrastructure lib manifests resources shared \
    templates";

/// Returns what the path of a directory says of where it is applied, from the outside in; nothing if it is for all.
pub fn environment(directory: &str) -> Vec<String> {
    let (mut found, mut is_listed, mut is_in_stage) = (Vec::new(), false, false);
    for name in directory.split('/').map(str::to_ascii_lowercase) {
        let stage = stage(&name);
        let is_list = has_word(LISTS, &name);
        if has_word(SHARED, &name) || is_list || name.is_empty() {
            // `overlays/base`
        } else if let Some(stage) = stage {
            found.push(stage.to_owned());
        } else if is_listed || is_region(&name) || is_in_stage && is_instance(&name) {
            found.push(name);
        }
        (is_listed, is_in_stage) = (is_list, stage.is_some());
    }
    found
}

/// Whether what is for the one can be where what is for the other is: one of them says no more than the other.
pub fn may_meet(one: &[String], other: &[String]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// Returns the first name of a stage.
fn stage(name: &str) -> Option<&'static str> {
    let names = STAGES.iter().find(|it| has_word(it, name))?;
    names.split(' ').next()
}

/// Whether all parts of a name are those of a region: `eu-west-1`, `us-east1`.
fn is_region(name: &str) -> bool {
    let mut parts = name.split('-').map(|it| it.trim_end_matches(|it: char| it.is_ascii_digit()));
    let is_part = |it: &str| it.is_empty() || has_word(REGIONS, it) || has_word(PARTS_OF_REGIONS, it);
    parts.clone().any(|it| has_word(REGIONS, it)) && parts.all(is_part)
}

/// Whether a directory of a stage can be for one of its clusters: it has a number, or names the stage again.
fn is_instance(name: &str) -> bool {
    name.ends_with(|it: char| it.is_ascii_digit())
        || name.split('-').any(|it| stage(it).is_some() || has_word(REGIONS, it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_where_it_is_applied() {
        for (path, expected) in [
            ("", ""),
            ("shop/jobs", ""),
            ("cluster/apps/media", ""),
            ("base", ""),
            ("overlays/base/shop", ""),
            ("prod", "prod"),
            ("apps/shop/Production", "prod"),
            ("production/shop", "prod"),
            ("clusters/home/apps/shop", "home"),
            ("envs/live/eu-west-1/shop", "prod eu-west-1"),
            ("regions/us-east1", "us-east1"),
            ("east/shop", "east"),
            ("a/production/cluster-1/resources", "prod cluster-1"),
            ("a/production/stone-prd-rh01", "prod stone-prd-rh01"),
            ("a/staging/base/cluster-1", "staging"),
            ("tenants/acme/jobs", "acme"),
            ("k8s-1/sa-2/a-1", ""),
        ] {
            assert_eq!(environment(path).join(" "), expected, "{path}");
        }
    }

    #[test]
    fn what_says_less_is_for_all_that_say_more() {
        let meet = |one: &str, other: &str| may_meet(&environment(one), &environment(other));
        assert!(meet("base", "a/production/cluster-1") && meet("a/production", "b/prod/cluster-1"));
        assert!(!meet("a/production/cluster-1", "b/production/cluster-2") && !meet("a/staging", "b/prod"));
    }
}

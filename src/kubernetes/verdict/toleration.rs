//! Tolerations of pods.

use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::error::BadValue;
use crate::kubernetes::verdict::error::Errors;
use crate::kubernetes::verdict::names::label_value;
use crate::kubernetes::verdict::names::qualified_name;

/// Checks tolerations (`ValidateTolerations`); `path` where they come from an annotation.
pub fn check_tolerations<'d>(tolerations: ApiField<'d>, path: Option<&str>, errors: &mut Errors<'d>) {
    for (index, toleration) in tolerations.items().enumerate() {
        let field = |name| {
            let field = toleration.get(name);
            field.with_path(path.map_or_else(|| field.path(), |path| format!("{path}[{index}].{name}")))
        };
        let text = |name| toleration.get(name).text();
        let (key, operator, value, effect) = (text("key"), text("operator"), text("value"), text("effect"));
        for reason in if key.is_empty() { vec![] } else { qualified_name(key) } {
            errors.invalid(field("key"), key, reason);
        }
        if key.is_empty() && operator != "Exists" {
            let reason =
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(field("operator"), BadValue::Json(operator), reason);
        }
        if toleration.get("tolerationSeconds").is_set() && effect != "NoExecute" {
            let reason = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(field("effect"), BadValue::Json(effect), reason);
        }
        match operator {
            "" | "Equal" => {
                let reasons = label_value(value);
                if !reasons.is_empty() {
                    errors.invalid(field("operator"), value, reasons.join(";"));
                }
            }
            "Exists" if value.is_empty() => {}
            "Exists" => {
                let reason = "value must be empty when `operator` is 'Exists'";
                errors.invalid(field("operator"), value, reason);
            }
            "Gt" | "Lt" if errors.minor >= 35 => {
                let supported = &["Equal", "Exists", "Lt", "Gt"];
                errors.unsupported(field("operator"), BadValue::Json(operator), supported);
            }
            _ => errors.unsupported(field("operator"), BadValue::Json(operator), &["Equal", "Exists"]),
        }
        if !["", "NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect) {
            let supported = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
            errors.unsupported(field("effect"), BadValue::Json(effect), supported);
        }
    }
}

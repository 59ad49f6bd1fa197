//! Quantities as numbers of 64 bits, with the overflows that Kubernetes has
//! (`k8s.io/apimachinery/pkg/api/resource/{amount,math,scale_int}.go`).

use super::{MILLI, Quantity};

impl Quantity {
    /// Returns the next whole number away from zero, as Kubernetes' 64 bits have it (`Value`).
    pub fn value(&self) -> i64 {
        self.in_units_of(0)
    }

    /// Returns the number of thousandths, rounded away from zero, as Kubernetes' 64 bits have it (`MilliValue`).
    pub fn milli_value(&self) -> i64 {
        self.in_units_of(MILLI)
    }

    /// Whether the quantity is a whole number to Kubernetes, which counts thousandths in 64 bits that overflow.
    pub fn is_whole(&self) -> bool {
        self.in_units_of(MILLI) % 1000 == 0
    }

    /// Whether the quantity is a multiple of another to Kubernetes, which counts in 64 bits that overflow.
    pub fn is_multiple_of(&self, other: &Quantity) -> bool {
        self.in_units_of(0).checked_rem(other.in_units_of(0)) == Some(0)
    }

    /// Returns how often 10^`scale` fits, rounded up, as Kubernetes' 64 bits have it (`ScaledValue`).
    fn in_units_of(&self, scale: i32) -> i64 {
        let Some(unit) = self.unit else {
            if self.scale < scale {
                let mut rounded = Quantity { text: None, ..*self };
                rounded.round_up(scale);
                return i64::try_from(rounded.digits).unwrap_or_default();
            }
            return scaled(self.digits as i64, self.scale - scale);
        };
        if scale < unit {
            return self.low_bits(scale);
        }
        let divisor = u32::try_from(scale - unit).map_or(1, |places| 10_i64.wrapping_pow(places));
        match self.at_scale(unit) {
            Some(count) if count >= i128::from(i64::MAX) => {
                let (quotient, rest) = (count / i128::from(divisor), count % i128::from(divisor));
                (quotient + i128::from(rest != 0)) as i64
            }
            None if self.digits > 0 => self.low_bits(scale),
            // Numbers below zero are cut to 64 bits first.
            _ => {
                let count = self.low_bits(unit);
                (count / divisor).wrapping_add(i64::from(count % divisor != 0))
            }
        }
    }

    /// Returns the lowest 64 bits of how often 10^`scale` fits.
    fn low_bits(&self, scale: i32) -> i64 {
        let places = u32::try_from(self.scale - scale).unwrap_or_default();
        // A power of ten is as even as that of two.
        if places >= i64::BITS { 0 } else { (self.digits as i64).wrapping_mul(10_i64.wrapping_pow(places)) }
    }
}

/// Multiplies by a power of ten as Kubernetes does, which forgets about some overflows (`positiveScaleInt64`).
fn scaled(number: i64, places: i32) -> i64 {
    let power = u32::try_from(places).unwrap_or_default();
    match places {
        0 => number,
        1 | 2 | 3 | 6 | 9 if number != i64::MIN => number.wrapping_mul(10_i64.pow(power)),
        _ => (0..power).try_fold(number, |number, _| number.checked_mul(10)).unwrap_or_default(),
    }
}

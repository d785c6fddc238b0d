//! What many rounds say about one figure.

/// The median and the middle half of some measurements.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// A quarter of them are below.
    pub low: f64,
    /// The median.
    pub middle: f64,
    /// A quarter of them are above.
    pub high: f64,
}

impl Spread {
    /// Of measurements in any order; what is not a number is none. Of none it is not a number.
    #[must_use]
    pub fn of(mut measured: Vec<f64>) -> Self {
        measured.retain(|value| !value.is_nan());
        measured.sort_by(f64::total_cmp);
        let at = |quarter| measured.get(measured.len() * quarter / 4).copied().unwrap_or(f64::NAN);
        Self { low: at(1), middle: at(2), high: at(3) }
    }
}

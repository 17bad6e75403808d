//! Numbers as people read them: exact decimals from whole seconds and counts, halves away from zero.
//!
//! Floating point rounds 0.0005 h down when it happens to lie below; a report that is compared digit by digit may not.

/// `numerator / denominator`, rounded half away from zero to `places` decimals, all of them written: `3.500`.
///
/// `None` when the denominator is zero: a rate of nothing is no number.
///
/// ```
/// use domain::decimal::fixed;
/// assert_eq!(fixed(12_600, 3_600, 3).as_deref(), Some("3.500"));
/// assert_eq!(fixed(1, 2, 0).as_deref(), Some("1"));
/// assert_eq!(fixed(-1, 2, 0).as_deref(), Some("-1"));
/// assert_eq!(fixed(1, 0, 3), None);
/// ```
pub fn fixed(numerator: i64, denominator: i64, places: u32) -> Option<String> {
    if denominator == 0 {
        return None;
    }
    let scale = 10i128.pow(places);
    let (n, d) = (i128::from(numerator) * scale, i128::from(denominator));
    let sign = if (n < 0) != (d < 0) { "-" } else { "" };
    let (n, d) = (n.abs(), d.abs());
    let rounded = (2 * n + d) / (2 * d);
    let sign = if rounded == 0 { "" } else { sign };
    let (whole, part) = (rounded / scale, rounded % scale);
    Some(if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = places as usize)
    })
}

/// Like [`fixed`], without the zeros at the end: `55.37`, `0`, `100`.
///
/// ```
/// use domain::decimal::shortest;
/// assert_eq!(shortest(5_537, 100, 3).as_deref(), Some("55.37"));
/// assert_eq!(shortest(100, 1, 3).as_deref(), Some("100"));
/// ```
pub fn shortest(numerator: i64, denominator: i64, places: u32) -> Option<String> {
    let text = fixed(numerator, denominator, places)?;
    Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

/// Seconds as hours with 3 decimals, as the efficiency tables show them: 12,600 s is `3.500`.
pub fn hours3(seconds: i64) -> String {
    fixed(seconds, crate::time::HOUR_S, 3).unwrap_or_default()
}

/// Seconds as hours with 4 decimals, as the findings show them: 1,213 s is `0.3369`.
pub fn hours4(seconds: i64) -> String {
    fixed(seconds, crate::time::HOUR_S, 4).unwrap_or_default()
}

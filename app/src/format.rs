//! Numbers, lengths of time and ids as people read them.

pub use domain::decimal::thousands;
use domain::decimal::{grouped, hours3};
use domain::time::{DAY_S, Instant};

/// Seconds as hours with 3 decimals: `1,234.500`.
pub fn hours(seconds: i64) -> String {
    grouped(&hours3(seconds))
}

/// A sentence that stood in the middle of another, with the capital of its own: `Everything as it is now`.
pub fn with_capital(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// How many of how many, as whole percent with halves away from zero: `92 %`. `None` of nothing.
pub fn percent(n: i64, of: i64) -> Option<String> {
    (of > 0).then(|| format!("{} %", (200 * n + of) / (2 * of)))
}

/// A length of time in the units a clock has: `1 h 20 min 13 s`, `5 min`, `0 s`.
pub fn clock_time(seconds: i64) -> String {
    let parts = [(seconds / 3_600, "h"), (seconds % 3_600 / 60, "min"), (seconds % 60, "s")];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if said.is_empty() { "0 s".to_owned() } else { said.join(" ") }
}

/// The two halves of an id that is shown shortened in the middle, or the whole and nothing: `uid://…f4a2b1/X1f2e`.
///
/// Ids of one night differ at their end, and their beginning says what they are.
pub fn id_halves(id: &str) -> (&str, &str) {
    const HEAD: usize = 6;
    const TAIL: usize = 12;
    let n = id.chars().count();
    if n <= HEAD + TAIL + 2 {
        return (id, "");
    }
    let byte = |chars: usize| id.char_indices().nth(chars).map_or(id.len(), |(at, _)| at);
    (&id[..byte(HEAD)], &id[byte(n - TAIL)..])
}

/// How long ago, in the units that still say something: `42 s ago`, `12 min ago`, `3 h 12 min ago`, `1,351 days ago`; `in 12 min`
/// for what is to come.
pub fn since(at: Instant, now: Instant) -> String {
    let ago_s = now.since(at);
    let length = match ago_s.abs() {
        s @ 0..60 => clock_time(s),
        s @ 60..172_800 => clock_time(s - s % 60),
        s => format!("{} days", thousands(s / DAY_S)),
    };
    if ago_s < 0 { format!("in {length}") } else { format!("{length} ago") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    #[test]
    fn commas_stand_between_thousands_and_not_in_the_decimals() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234), "1,234");
        assert_eq!(thousands(-1_234_567), "-1,234,567");
        // 4,444,200 s / 3,600 = 1,234.5 h
        assert_eq!(hours(4_444_200), "1,234.500");
    }

    #[test]
    fn a_share_is_whole_percent_and_a_share_of_nothing_is_none() {
        // 1/8 = 12.5 %, 2/3 = 66.67 %
        assert_eq!(percent(1, 8).as_deref(), Some("13 %"));
        assert_eq!(percent(2, 3).as_deref(), Some("67 %"));
        assert_eq!(percent(0, 3).as_deref(), Some("0 %"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn a_length_of_time_leaves_out_what_is_zero() {
        assert_eq!(clock_time(0), "0 s");
        assert_eq!(clock_time(300), "5 min");
        assert_eq!(clock_time(4_813), "1 h 20 min 13 s");
        assert_eq!(clock_time(86_400), "24 h");
    }

    #[test]
    fn how_long_ago_is_said_in_the_units_that_still_matter() {
        let now = Instant::parse("2022-03-14 12:00:00").unwrap();
        let ago = |seconds: i64| since(now.plus(-seconds), now);
        assert_eq!(ago(0), "0 s ago");
        assert_eq!(ago(59), "59 s ago");
        assert_eq!(ago(119), "1 min ago");
        // 11,520 s = 3 h 12 min
        assert_eq!(ago(11_520 + 7), "3 h 12 min ago");
        assert_eq!(ago(172_799), "47 h 59 min ago");
        assert_eq!(ago(172_800), "2 days ago");
        assert_eq!(ago(1_351 * 86_400 + 5), "1,351 days ago");
        assert_eq!(ago(-300), "in 5 min");
    }

    #[test]
    fn a_long_id_keeps_its_beginning_and_its_end() {
        assert_eq!(id_halves("Array011"), ("Array011", ""));
        assert_eq!(id_halves("uid://A002/Xf4a2b1/X1f2e"), ("uid://", "f4a2b1/X1f2e"));
        assert_eq!(id_halves(&"é".repeat(30)), ("é".repeat(6).as_str(), "é".repeat(12).as_str()));
    }
}

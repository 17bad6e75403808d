//! Numbers, lengths of time and ids as people read them.

use domain::decimal;
use domain::time::Span;

/// `1234567` as `1,234,567`.
pub fn thousands(number: i64) -> String {
    grouped(&number.to_string())
}

/// Seconds as hours with 3 decimals: `1,234.500`.
pub fn hours(seconds: i64) -> String {
    grouped(&decimal::hours3(seconds))
}

/// Puts commas into the whole part of a decimal number.
fn grouped(number: &str) -> String {
    let (whole, part) = number.find('.').map_or((number, ""), |at| number.split_at(at));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + part
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

/// When a finding ends: the END_TIME of the list.
pub fn end_time(span: Option<Span>) -> String {
    span.map_or_else(|| "no time known".to_owned(), |span| span.end().for_people())
}

#[cfg(test)]
mod tests {
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
    fn a_length_of_time_leaves_out_what_is_zero() {
        assert_eq!(clock_time(0), "0 s");
        assert_eq!(clock_time(300), "5 min");
        assert_eq!(clock_time(4_813), "1 h 20 min 13 s");
        assert_eq!(clock_time(86_400), "24 h");
    }

    #[test]
    fn a_long_id_keeps_its_beginning_and_its_end() {
        assert_eq!(id_halves("Array011"), ("Array011", ""));
        assert_eq!(id_halves("uid://A002/Xf4a2b1/X1f2e"), ("uid://", "f4a2b1/X1f2e"));
        assert_eq!(id_halves(&"é".repeat(30)), ("é".repeat(6).as_str(), "é".repeat(12).as_str()));
    }
}

//! What the efficiency pages call things.

use domain::efficiency::window::Window;
use domain::efficiency::{Incomplete, Metric, Unit};
use domain::facts::Id;
use domain::family::Family;

/// The head of a family's column, as the talk has it; of all together for none.
pub(crate) const fn array_label(family: Option<Family>) -> &'static str {
    match family {
        Some(Family::Twelve) => "12M ARRAY",
        Some(Family::Seven) => "7M ARRAY",
        Some(Family::TotalPower) => "TP ARRAY",
        None => "All together",
    }
}

/// What a window is compared with when nobody says with what.
pub(crate) fn before_words(window: &Window, before: Option<&Window>) -> String {
    match (window, before) {
        (Window::LastShift | Window::Shift(_), _) => "of each family the shift before".to_owned(),
        (Window::LastDays(7), _) => "the seven days before".to_owned(),
        (Window::LastDays(days), _) => format!("the {days} days before"),
        (_, Some(before)) => before.words(),
        (_, None) => "nothing: the calendar begins here".to_owned(),
    }
}

/// A change with its sign: `+1.234`, `−0.5`, `0`. A minus sign, so that figures stand under each other.
pub(crate) fn change_words(metric: Metric, change: Option<i64>) -> String {
    match change {
        None => "n/a".to_owned(),
        Some(0) => "0".to_owned(),
        Some(change) => {
            let sign = if change < 0 { '−' } else { '+' };
            format!("{sign}{}", grouped(metric, Some(change.saturating_abs())))
        }
    }
}

/// A number with commas between its thousands.
pub(crate) fn grouped(metric: Metric, thousandths: Option<i64>) -> String {
    domain::decimal::grouped(&metric.spelled(thousandths))
}

/// The unit of a change: rates differ by points, not by per cent.
pub(crate) const fn change_unit(metric: Metric) -> &'static str {
    match metric.unit() {
        Unit::Hours => "h",
        Unit::Percent => "points",
        Unit::Fraction => "",
    }
}

/// Why numbers may still change: a word for the head of the column, and the sentence.
pub(crate) fn incomplete_words(why: &Incomplete) -> (&'static str, String) {
    match why {
        Incomplete::Running(shifts) => {
            ("still runs", format!("{} still {}: counted up to now.", named(shifts), verb(shifts, "runs", "run")))
        }
        Incomplete::WithoutLedger(shifts) => (
            "times missing",
            format!(
                "{} {} no usable start and end, so nothing of {} is counted.",
                named(shifts),
                verb(shifts, "has", "have"),
                verb(shifts, "it", "them")
            ),
        ),
        Incomplete::NotOver => ("not over", "This window is not over: what comes will be added.".to_owned()),
        Incomplete::Late(as_of) => (
            "late",
            format!("The log was last looked at {} UTC: what happened after that is missing.", as_of.for_people()),
        ),
    }
}

/// The most shifts that a sentence names.
const NAMED: usize = 3;

fn named(shifts: &[Id]) -> String {
    let names: Vec<&str> = shifts.iter().take(NAMED).map(Id::as_str).collect();
    let more = shifts.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let noun = verb(shifts, "Shift", "Shifts");
    format!("{noun} {}{more}", names.join(", "))
}

const fn verb(shifts: &[Id], one: &'static str, many: &'static str) -> &'static str {
    if shifts.len() == 1 { one } else { many }
}

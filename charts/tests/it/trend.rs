use charts::ChartError;
use charts::period::Completeness;
use charts::theme::Token;
use charts::trend::{Trend, Usual, Week, draw, height, sentence, svg, table, usual, week_at};
use domain::efficiency::Unit;
use domain::time::{DAY_S, Interval};
use plotters::style::RGBColor;

use crate::canvas::{Canvas, Rgb};
use crate::doors::{ELSEWHERE, HOSTILE, assert_text_stays_text};
use crate::quarter::{rate, t};

#[test]
fn twelve_weeks_with_a_year_before_them() {
    insta::assert_snapshot!(svg(&rate(70), 1_200).unwrap());
}

#[test]
fn twelve_weeks_on_a_phone() {
    insta::assert_snapshot!(svg(&rate(70), 340).unwrap());
}

#[test]
fn a_window_without_a_week() {
    let chart = Trend { weeks: vec![], ..rate(70) };
    insta::assert_snapshot!(svg(&chart, 900).unwrap());
    assert_eq!(sentence(&chart), "OPERATION EFFICIENCY WITH CALIB. [%]: no week yet.");
}

/// A week with that number of hours.
fn hours(nth: i64, seconds: i64) -> Week {
    let start = t("2022-01-03 00:00:00").plus(nth * 7 * DAY_S);
    Week {
        label: format!("W{nth:02}"),
        interval: Interval::new(start, start.plus(7 * DAY_S)).unwrap(),
        value: Some(seconds * 1_000 / 3_600),
        completeness: Completeness::Complete,
        chosen: false,
        href: None,
    }
}

fn of_hours(seconds: &[i64]) -> Trend {
    Trend {
        title: "HANDOVER [hrs]".to_owned(),
        unit: Unit::Hours,
        weeks: (1..).zip(seconds).map(|(nth, &seconds)| hours(nth, seconds)).collect(),
        n_drawn: seconds.len(),
        notes: vec![],
    }
}

#[test]
fn a_single_week_is_a_point_above_zero_without_a_band() {
    let one = of_hours(&[5_400]);
    insta::assert_snapshot!(svg(&one, 900).unwrap());
    assert_eq!(usual(&one), None);
    assert_eq!(
        sentence(&one),
        "HANDOVER [hrs]: 2022 W01 1.500 h. Of 1 weeks the lowest is 1.500 h in 2022 W01, the highest 1.500 h in 2022 W01."
    );
}

#[test]
fn a_number_that_is_always_zero() {
    insta::assert_snapshot!(svg(&of_hours(&[0; 12]), 340).unwrap());
}

#[test]
fn late_and_missing_weeks_are_hatched_and_named() {
    let mut chart = rate(70);
    chart.weeks[66].completeness = Completeness::Late;
    chart.weeks[63].value = None;
    let texts = drawn(&chart, 1_200).texts;
    for word in ["n/a", "data late", "running"] {
        assert!(texts.contains(&word.to_owned()), "{word}");
    }
}

#[test]
fn hostile_labels_stay_text_and_links_stay_here() {
    let mut chart = rate(70);
    for (week, (label, href)) in chart.weeks[58..].iter_mut().zip(HOSTILE.into_iter().zip(ELSEWHERE)) {
        week.label = label.to_owned();
        week.href = Some(href.to_owned());
    }
    chart.title = HOSTILE[0].to_owned();
    chart.notes[0].text = HOSTILE[1].to_owned();
    let hrefs: Vec<_> = chart.weeks[64..].iter().filter_map(|week| week.href.clone()).collect();
    let notes = ["/efficiency/notes/1", "/efficiency/notes/2"].map(str::to_owned);
    assert_text_stays_text(&svg(&chart, 1_200).unwrap(), &[hrefs, notes.to_vec()].concat());
}

/// A colour of its own for each token.
fn colour(token: Token) -> Rgb {
    (token as u8, 1, 2)
}

fn drawn(chart: &Trend, width: u32) -> Canvas {
    let mut canvas = Canvas::new(width, height(chart, width).unwrap());
    draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), chart).unwrap();
    canvas
}

#[test]
fn a_gap_is_not_bridged() {
    // 12 weeks over 900 − 46 − 58 = 796 px: 66.3 px each. The 4th has no number.
    let mut chart = of_hours(&[3_600; 12]);
    chart.weeks[3].value = None;
    let canvas = drawn(&chart, 900);
    let line = |week: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a pixel")]
        let x = (46.0 + week * 796.0 / 12.0) as u32;
        canvas.rows_with(x, colour(Token::Ink2)).len()
    };
    assert!(line(2.0) > 0, "between the 2nd and the 3rd week");
    assert_eq!((line(3.0), line(4.0)), (0, 0), "to both sides of the 4th");
    assert!(line(5.0) > 0);
}

#[test]
fn the_band_is_where_four_of_five_of_the_52_weeks_before_lay() {
    // 53 weeks of 1, 2, … 53 h; the last is judged, so the band is made of 1 to 52.
    let chart = of_hours(&(1..=53).map(|h| h * 3_600).collect::<Vec<_>>());
    // Type 7: place (52 − 1)·p, counted from 0. 5.1 → 6.1 h; 25.5 → 26.5 h; 45.9 → 46.9 h.
    assert_eq!(usual(&chart), Some(Usual { low: 6_100, median: 26_500, high: 46_900, n_weeks: 52 }));
    // One week more, and the first falls out.
    let chart = of_hours(&(1..=54).map(|h| h * 3_600).collect::<Vec<_>>());
    assert_eq!(usual(&chart).unwrap().low, 7_100);
}

#[test]
fn the_band_leaves_out_what_is_not_known_and_ends_before_the_chosen_week() {
    let hours: Vec<_> = (1..=12).map(|h| h * 3_600).collect();
    let with = |change: fn(&mut Trend)| {
        let mut chart = of_hours(&hours);
        change(&mut chart);
        usual(&chart).map(|usual| usual.n_weeks)
    };
    assert_eq!(with(|_| {}), Some(11));
    assert_eq!(with(|chart| chart.weeks[11].completeness = Completeness::Running), Some(10), "judges the week before");
    assert_eq!(with(|chart| chart.weeks[2].value = None), Some(10));
    assert_eq!(with(|chart| chart.weeks[2].completeness = Completeness::Late), Some(10));
    assert_eq!(with(|chart| chart.weeks[8].chosen = true), Some(8));
    assert_eq!(with(|chart| chart.weeks[7].chosen = true), None, "7 are too few");
}

#[test]
fn the_sentence_judges_the_chosen_week_by_the_band() {
    let mut chart = of_hours(&[3_600, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600, 7_200, 18_000, 0]);
    chart.weeks[8].chosen = true;
    chart.weeks[9].completeness = Completeness::Running;
    // Seven of 1 h and one of 2 h: place 7·0.9 = 6.3 → 1 + 0.3 h.
    assert_eq!(
        sentence(&chart),
        "HANDOVER [hrs]: 2022 W09 5.000 h, above the usual 1 to 1.3 h. \
         Of 10 weeks the lowest is 0.000 h in 2022 W10, the highest 5.000 h in 2022 W09."
    );
}

#[test]
fn the_table_shows_the_drawn_weeks_with_the_digits_of_the_page() {
    let chart = rate(70);
    let table = table(&chart);
    assert_eq!(table.head, ["Week", "OPERATION EFFICIENCY WITH CALIB. [%]", "Standing"]);
    assert_eq!(table.rows.len(), 12);
    // Thousandths of a per cent, the chosen one's digits without the zeros at the end.
    assert_eq!(table.rows[9][1].text, "31.204");
    assert_eq!(table.rows[6][1].text, "n/a");
    assert_eq!(table.rows[11][2].text, "running");
}

#[test]
fn the_pointer_finds_the_week_that_is_drawn_under_it() {
    let chart = of_hours(&[3_600; 12]);
    let label = |x: f64| week_at(x, &chart, 900).map(|week| week.label.as_str());
    // 796 px from 46: week n from 46 + 66.3·(n − 1).
    assert_eq!(label(46.0), Some("W01"));
    assert_eq!(label(46.0 + 66.4), Some("W02"));
    assert_eq!(label(841.9), Some("W12"));
    for beside in [45.9, 842.0, f64::NAN, f64::INFINITY, -1e300] {
        assert_eq!(label(beside), None, "{beside}");
    }
}

#[test]
fn ten_years_are_a_line_without_points_or_links_but_for_the_chosen_and_the_running_week() {
    let chart = Trend { n_drawn: 520, ..rate(572) };
    let drawing = svg(&chart, 1_200).unwrap();
    // Chosen: a ring of three and a point; running: a hollow one of two.
    assert_eq!(drawing.matches("<circle").count(), 6);
    assert_eq!(drawing.matches("<a ").count(), 1 + chart.notes.len());
    assert!(drawing.len() < 40_000, "{} bytes", drawing.len());
}

#[test]
fn the_axis_begins_at_zero_unless_all_numbers_are_far_from_it() {
    let ticks = |seconds: &[i64]| drawn(&of_hours(seconds), 900).texts;
    assert!(ticks(&[3_600, 7_200]).contains(&"0".to_owned()));
    assert!(!ticks(&[36_000, 36_100]).contains(&"0".to_owned()));
    // 10.000 and 10.028 h: at least a quarter of 10.028 is shown, from 7.5 at the latest.
    assert!(ticks(&[36_000, 36_100]).contains(&"8".to_owned()));
    assert!(ticks(&[-3_600, 3_600]).contains(&"-1".to_owned()));
}

#[test]
fn every_width_from_a_phone_to_a_wall_can_be_drawn_and_no_other() {
    for width in (340..=1_600).step_by(7) {
        svg(&rate(70), width).unwrap();
    }
    for width in [0, 200, 20_000, u32::MAX] {
        assert_eq!(svg(&rate(70), width), Err(ChartError::Width { width }));
        assert_eq!(week_at(100.0, &rate(70), width), None);
    }
}

use charts::ChartError;
use charts::period::Completeness;
use charts::theme::Token;
use charts::time_owners::{Bucket, Stretch, TimeOwners, draw, height, sentence, sum, svg, table};
use domain::ledger::Owner;
use plotters::style::RGBColor;
use proptest::prelude::*;

use crate::canvas::{Canvas, Rgb};
use crate::doors::{ELSEWHERE, HOSTILE, assert_text_stays_text};
use crate::quarter::{bucket, nights, note, t, weeks_from, weeks_of_owners};

fn only(buckets: Vec<Bucket>) -> TimeOwners {
    TimeOwners { title: "Where the time went".to_owned(), buckets, notes: vec![], stretches: vec![] }
}

#[test]
fn seven_nights() {
    insta::assert_snapshot!(svg(&nights(), 1_200).unwrap());
}

#[test]
fn seven_nights_on_a_phone() {
    insta::assert_snapshot!(svg(&nights(), 340).unwrap());
}

#[test]
fn a_quarter_of_weeks_one_of_them_late_and_one_running() {
    insta::assert_snapshot!(svg(&weeks_of_owners(), 900).unwrap());
}

#[test]
fn a_window_without_a_shift() {
    insta::assert_snapshot!(svg(&only(vec![]), 900).unwrap());
    assert_eq!(sentence(&only(vec![])), "No shift time.");
}

#[test]
fn one_shift_of_one_second() {
    let one = only(vec![bucket("S0312", t("2022-03-12 21:00:00"), &[(Owner::PiPass, 1)])]);
    insta::assert_snapshot!(svg(&one, 900).unwrap());
}

#[test]
fn a_running_shift_that_has_only_just_begun() {
    let mut one = bucket("S0312", t("2022-03-12 21:00:00"), &[]);
    one.completeness = Completeness::Running;
    insta::assert_snapshot!(svg(&only(vec![one]), 340).unwrap());
}

#[test]
fn hostile_labels_stay_text_and_links_stay_here() {
    let mut chart = nights();
    for (bucket, (label, href)) in chart.buckets.iter_mut().zip(HOSTILE.into_iter().zip(ELSEWHERE)) {
        bucket.label = label.to_owned();
        bucket.href = Some(href.to_owned());
    }
    chart.buckets[6].href = Some("/shift?id=\"><b>&x=1".to_owned());
    chart.title = HOSTILE[1].to_owned();
    chart.notes[0].text = HOSTILE[0].to_owned();
    chart.notes[1].href = Some("//example.org".to_owned());
    let drawing = svg(&chart, 900).unwrap();
    let hrefs = ["/shift?id=\"><b>&x=1", "/efficiency/notes/1"].map(str::to_owned);
    assert_text_stays_text(&drawing, &hrefs);
    assert!(drawing.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    insta::assert_snapshot!(drawing);
}

/// A colour of its own for each token.
fn colour(token: Token) -> Rgb {
    (token as u8, 1, 2)
}

fn drawn(chart: &TimeOwners, width: u32) -> Canvas {
    let mut canvas = Canvas::new(width, height(chart, width).unwrap());
    draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), chart).unwrap();
    canvas
}

/// What a bar is made of where the owner is filled: its colour, the seam, and its letters are not drawn on this canvas.
fn filled() -> impl Strategy<Value = Vec<(Owner, i64)>> {
    prop::collection::vec((0..11_usize, 60..40_000_i64), 1..12)
        .prop_map(|parts| parts.into_iter().map(|(owner, seconds)| (Owner::ALL[owner], seconds)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bar_is_as_long_as_its_time_and_its_parts_fill_it(
        bars in prop::collection::vec(filled(), 1..8), width in 340..1_600_u32
    ) {
        let start = t("2022-03-12 21:00:00");
        let chart = only(bars.iter().map(|parts| bucket("S", start, parts)).collect());
        let canvas = drawn(&chart, width);
        let (pitch, middle, left, right) = if width < 560 { (38, 4 + 17 + 7, 4, 4) } else { (26, 4 + 4 + 9, 132, 84) };
        let plot = f64::from(width - left - right);
        let total = |parts: &[(Owner, i64)]| parts.iter().map(|part| part.1).sum::<i64>() as f64;
        let longest = bars.iter().map(|parts| total(parts)).fold(0.0, f64::max);
        for (row, parts) in (0..).zip(&bars) {
            let y = middle + row * pitch;
            let owner_px = |owner: Owner| canvas.columns_with(y, colour(Token::owner(owner)));
            let mut px: Vec<_> = Owner::ALL.iter().flat_map(|&owner| owner_px(owner)).collect();
            px.sort_unstable();
            let bar_end = f64::from(*px.last().unwrap());
            // The last pixel with its colour is the last of the bar, or the one before: a part of 3 px or more ends with its seam.
            let length = total(parts) / longest * plot;
            prop_assert!((bar_end + 1.5 - f64::from(left) - length).abs() <= 1.5, "{bar_end} for {length}");
            for &owner in &Owner::ALL[..11] {
                let seconds: i64 = parts.iter().filter(|part| part.0 == owner).map(|part| part.1).sum();
                let expected = seconds as f64 / longest * plot;
                let seen = owner_px(owner).len() as f64;
                // Both ends are rounded; the seam takes a pixel, and so does a neighbour's sliver that lies on top.
                prop_assert!(seen <= expected + 1.0 && seen >= expected - 3.0, "{owner}: {seen} for {expected}");
            }
        }
    }
}

#[test]
fn the_boxes_of_the_parts_add_up_to_the_bar_within_a_pixel() {
    // The links' boxes are the parts as they are drawn: 11,735 s over 568 px, parts of 1, 2, 3, … thousandths.
    let parts: Vec<_> =
        Owner::ALL.iter().zip([5_000, 1, 1_000, 40, 900, 700, 300, 20, 2_000, 1_234, 7, 500, 33]).collect();
    let parts: Vec<_> = parts.into_iter().map(|(&owner, seconds)| (owner, seconds)).collect();
    let total: i64 = parts.iter().map(|part| part.1).sum();
    assert_eq!(total, 11_735);
    for width in [340_u32, 784, 1_600] {
        let drawing = svg(&only(vec![bucket("S", t("2022-03-12 21:00:00"), &parts)]), width).unwrap();
        let link = drawing.split("<a ").nth(1).unwrap();
        let boxes: Vec<(i64, i64)> = link
            .split("<rect x=\"")
            .skip(2)
            .map(|rect| {
                let x = rect.split('"').next().unwrap().parse().unwrap();
                let width = rect.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
                (x, width)
            })
            .collect();
        assert_eq!(boxes.len(), 13);
        let plot = boxes.iter().map(|of| of.1).sum::<i64>();
        assert_eq!(plot, i64::from(if width < 560 { width - 8 } else { width - 132 - 84 }));
        for pair in boxes.windows(2) {
            assert_eq!(pair[0].0 + pair[0].1, pair[1].0, "parts meet");
        }
        for ((_, seconds), (_, px)) in parts.iter().zip(&boxes) {
            let exact = *seconds as f64 * plot as f64 / total as f64;
            assert!((*px as f64 - exact).abs() <= 1.0, "{px} px for {exact}");
        }
    }
}

#[test]
fn a_seam_parts_neighbours_that_grey_paper_would_not() {
    let chart = only(vec![bucket(
        "S",
        t("2022-03-12 21:00:00"),
        &[(Owner::PiFail, 1_000), (Owner::CalibrationSuccess, 1_000)],
    )]);
    let canvas = drawn(&chart, 784);
    let y = 4 + 4 + 9;
    let fail = canvas.columns_with(y, colour(Token::Fail));
    let calibration = canvas.columns_with(y, colour(Token::Calibration));
    assert_eq!(calibration[0] - fail.last().unwrap(), 2, "one pixel of the surface lies between them");
    assert_eq!(canvas.at(calibration[0] - 1, y), Some(colour(Token::Surface)));
}

#[test]
fn a_sliver_is_still_seen_and_makes_no_bar_longer() {
    // 10 s of 36,000 s are 0.16 px of 568.
    let parts = [(Owner::PiPass, 20_000), (Owner::Technical, 15_990), (Owner::Scheduling, 10)];
    let canvas = drawn(&only(vec![bucket("S", t("2022-03-12 21:00:00"), &parts)]), 784);
    let seen = canvas.columns_with(4 + 4 + 9, colour(Token::Scheduling));
    assert_eq!(seen, [132 + 568 - 1]);
}

#[test]
fn the_figures_of_a_sum_add_up_as_they_are_printed() {
    // 12,600 s = 5,533 s Pass (1.537 h) + 1,213 s handover (0.337 h) + 5,854 s idle (1.626 h)
    let one = &nights().buckets[5];
    assert_eq!(sum(one), "3.500 h = 1.537 P + 0.337 HO + 1.626 idle");
    assert_eq!(sum(&Bucket { parts: vec![(Owner::Idle, 0), (Owner::Test, -5)], ..one.clone() }), "0.000 h");
    let twice =
        Bucket { parts: vec![(Owner::Idle, 1_800), (Owner::PiPass, 3_600), (Owner::Idle, 1_800)], ..one.clone() };
    assert_eq!(sum(&twice), "2.000 h = 1.000 P + 1.000 idle");
}

#[test]
fn the_sentence_says_the_sum_and_what_is_not_over() {
    let mut chart = only(vec![
        bucket("S0311", t("2022-03-11 21:00:00"), &[(Owner::PiPass, 3_600), (Owner::Idle, 1_800)]),
        bucket("S0312", t("2022-03-12 21:00:00"), &[(Owner::PiPass, 3_600)]),
    ]);
    chart.buckets[1].completeness = Completeness::Running;
    assert_eq!(sentence(&chart), "2 bars, 2.500 h = 2.000 h QA0 Pass + 0.500 h Idle. S0312: running.");
}

#[test]
fn the_table_has_a_row_for_each_bar_and_links_where_the_bar_does() {
    let chart = nights();
    let table = table(&chart);
    assert_eq!(table.head[..3], ["Time", "Shift time [h]", "QA0 Pass [h]"]);
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    // 5,533 s, 1,213 s and 5,854 s of 12,600 s
    let row: Vec<_> = table.rows[5].iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(row, ["S0312", "3.500", "1.537", "0.337", "1.626", "complete"]);
    assert_eq!(table.rows[5][0].href, chart.buckets[5].href);
    assert_eq!(table.rows[6].last().unwrap().text, "running");
}

#[test]
fn a_note_is_drawn_over_what_it_covers_and_nowhere_else() {
    let has_number = |start: &str, end: &str| {
        let chart = TimeOwners { notes: vec![note(7, "x", start, end)], ..nights() };
        drawn(&chart, 900).texts.contains(&"7".to_owned())
    };
    // S0308 is 2022-03-08 21:00:00 to 07:00:00.
    assert!(has_number("2022-03-09 06:59:59", "2022-03-09 12:00:00"));
    assert!(!has_number("2022-03-09 07:00:00", "2022-03-09 12:00:00"));
    assert!(has_number("2022-03-08 21:00:00", "2022-03-08 21:00:00"), "an instant it holds");
    assert!(!has_number("2022-03-09 07:00:00", "2022-03-09 07:00:00"), "the instant it ends");
}

#[test]
fn notes_that_no_level_is_left_for_are_counted() {
    let notes = (1..=5).map(|number| note(number, "x", "2022-03-07 00:00:00", "2022-03-20 00:00:00")).collect();
    let canvas = drawn(&TimeOwners { notes, ..nights() }, 900);
    assert!(canvas.texts.contains(&"+2 notes".to_owned()));
}

#[test]
fn every_width_from_a_phone_to_a_wall_can_be_drawn_and_no_other() {
    let chart = nights();
    for width in (340..=1_600).step_by(7) {
        svg(&chart, width).unwrap();
    }
    for width in [0, 200, 20_000, u32::MAX] {
        assert_eq!(svg(&chart, width), Err(ChartError::Width { width }));
        assert_eq!(height(&chart, width), Err(ChartError::Width { width }));
    }
}

/// Ten years of weeks, whose doors hold five weeks each.
fn ten_years() -> TimeOwners {
    let mut chart = weeks_from(t("2016-01-04 00:00:00"), 520);
    let stretch = |nth: usize| Stretch { buckets: nth * 5..nth * 5 + 5, href: Some(format!("/efficiency?part={nth}")) };
    chart.stretches = (0..104).map(stretch).collect();
    chart.notes = vec![note(1, "Upgrade", "2019-03-01 00:00:00", "2019-06-01 00:00:00")];
    chart
}

#[test]
fn a_year_and_a_half_of_weeks_are_columns_that_lead_each_to_its_own_place() {
    let chart = weeks_from(t("2021-01-04 00:00:00"), 78);
    let drawing = svg(&chart, 900).unwrap();
    assert_eq!(drawing.matches("<a ").count(), 78);
    insta::assert_snapshot!(drawing);
}

#[test]
fn what_is_not_complete_is_named_once_and_no_word_stands_in_another() {
    // The 77th is late and the 78th runs: the words would be in the same place.
    let both = drawn(&weeks_from(t("2021-01-04 00:00:00"), 78), 900);
    let of_standing =
        |canvas: &Canvas| canvas.texts.iter().filter(|text| ["data late", "running"].contains(&text.as_str())).count();
    assert_eq!(of_standing(&both), 1);
    // Forty columns that are late have one word.
    let mut late = weeks_from(t("2021-01-04 00:00:00"), 78);
    for bucket in &mut late.buckets[38..] {
        bucket.completeness = Completeness::Late;
    }
    assert_eq!(of_standing(&drawn(&late, 900)), 1);
    assert!(sentence(&late).ends_with(" 2021 W39 to 2022 W26: data late."), "{}", sentence(&late));
}

#[test]
fn ten_years_of_weeks_fit_a_screen_in_few_elements() {
    let chart = ten_years();
    for (width, highest) in [(1_120, 480), (366, 480)] {
        let drawing = svg(&chart, width).unwrap();
        assert!(height(&chart, width).unwrap() <= highest, "{width} px wide");
        // 104 stretches of link, name and box; ten owners; two axes, the key.
        let n = drawing.matches('<').count() - drawing.matches("</").count();
        assert!(n < 600, "{n} elements at {width} px");
        assert_eq!(drawing.matches("href=\"/efficiency?part=").count(), 104);
        assert!(drawing.contains("<title>2016 W01 to 2016 W05: "), "doors are named");
    }
    assert!(sentence(&chart).starts_with("520 columns, "));
    assert!(drawn(&chart, 1_120).texts.contains(&"1".to_owned()), "the note is drawn");
}

#[test]
fn a_stretch_that_leaves_the_buckets_leads_to_what_there_is() {
    let mut chart = weeks_from(t("2021-01-04 00:00:00"), 78);
    let there = |buckets| Stretch { buckets, href: Some("/efficiency?part=1".to_owned()) };
    #[expect(clippy::reversed_empty_ranges, reason = "what a wrong caller may give")]
    let wrong = vec![there(70..90), there(90..95), there(5..5), there(9..3)];
    chart.stretches = wrong;
    let drawing = svg(&chart, 900).unwrap();
    assert_eq!(drawing.matches("<a ").count(), 1);
    assert!(drawing.contains("2022 W19 to 2022 W26"), "weeks 71 to 78 from the first of 2021");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_column_is_as_high_as_its_time_and_its_parts_fill_it(
        columns in prop::collection::vec(filled(), 63..200), width in 600..1_600_u32
    ) {
        let start = t("2022-03-12 21:00:00");
        let chart = only(columns.iter().map(|parts| bucket("S", start, parts)).collect());
        let canvas = drawn(&chart, width);
        let (left, plot, ground) = (52.0, f64::from(width) - 52.0 - 8.0, 8.0 + 280.0);
        let total = |parts: &[(Owner, i64)]| parts.iter().map(|part| part.1).sum::<i64>() as f64;
        let longest = columns.iter().map(|parts| total(parts)).fold(0.0, f64::max);
        for (nth, parts) in columns.iter().enumerate() {
            let middle = left + (nth as f64 + 0.5) * plot / columns.len() as f64;
            let x = (0..width).take_while(|&x| f64::from(x) <= middle).last().unwrap_or(0);
            let rows = |owner: Owner| canvas.rows_with(x, colour(Token::owner(owner)));
            // The key below has the same colours.
            let seen = |owner: Owner| rows(owner).into_iter().filter(|&y| f64::from(y) <= ground).collect::<Vec<_>>();
            let top = Owner::ALL.iter().flat_map(|&owner| seen(owner)).min().map_or(ground, f64::from);
            let height = total(parts) / longest * 280.0;
            prop_assert!((ground - top - height).abs() <= 1.5, "column {nth}: {top} for {height}");
            for &owner in &Owner::ALL[..11] {
                let seconds: i64 = parts.iter().filter(|part| part.0 == owner).map(|part| part.1).sum();
                let expected = seconds as f64 / longest * 280.0;
                let seen = seen(owner).len() as f64;
                // Both ends are rounded, and the lowest row is the axis.
                prop_assert!((seen - expected).abs() <= 2.0, "{owner} in column {nth}: {seen} for {expected}");
            }
        }
    }
}

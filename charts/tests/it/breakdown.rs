use charts::ChartError;
use charts::breakdown::{Breakdown, Part, draw, height, sentence, svg, table};
use charts::theme::Token;
use plotters::style::RGBColor;

use crate::canvas::Canvas;
use crate::doors::{ELSEWHERE, HOSTILE, assert_text_stays_text};
use crate::quarter::bands;

#[test]
fn a_week_by_band() {
    insta::assert_snapshot!(svg(&bands(), 460).unwrap());
}

#[test]
fn a_week_by_band_in_the_width_of_a_page() {
    insta::assert_snapshot!(svg(&bands(), 1_200).unwrap());
}

#[test]
fn nothing_to_divide() {
    let chart = Breakdown { parts: vec![], ..bands() };
    insta::assert_snapshot!(svg(&chart, 340).unwrap());
    assert_eq!(sentence(&chart), "No time.");
}

#[test]
fn one_part_that_the_log_does_not_name() {
    let chart = Breakdown { parts: vec![Part { label: None, seconds: 1_800, href: None }], ..bands() };
    insta::assert_snapshot!(svg(&chart, 340).unwrap());
    assert_eq!(sentence(&chart), "By band: 0.500 h = 0.500 h not logged.");
}

#[test]
fn hostile_labels_stay_text_and_links_stay_here() {
    let mut chart = bands();
    for (part, (label, href)) in chart.parts.iter_mut().zip(HOSTILE.into_iter().zip(ELSEWHERE)) {
        part.label = Some(label.to_owned());
        part.href = Some(href.to_owned());
    }
    chart.by = HOSTILE[0].to_owned();
    assert_text_stays_text(&svg(&chart, 340).unwrap(), &[]);
}

#[test]
fn the_figures_add_up_as_they_are_printed() {
    let rows = table(&bands()).rows;
    let column = |at: usize| rows.iter().map(|row| row[at].text.as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["Band 3", "Band 4", "Band 5", "Band 6", "Band 7", "not logged"]);
    // 81,310 + 8,002 + 122,480 + 46,904 + 9,117 = 267,813 s = 74.3925 h, printed 74.393
    let thousandths = |text: &&str| text.replace('.', "").parse::<i64>().unwrap();
    assert_eq!(column(1).iter().map(thousandths).sum::<i64>(), 74_393);
    assert!(sentence(&bands()).starts_with("By band: 74.393 h = 22.586 h Band 3 + "));
    // 81,310 / 267,813
    assert_eq!(column(2)[0], "30.4");
}

#[test]
fn bars_are_as_long_as_their_time_and_what_is_missing_is_hatched() {
    let chart = bands();
    for width in [340_u32, 460, 1_600] {
        let mut canvas = Canvas::new(width, height(&chart, width).unwrap());
        draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), &chart).unwrap();
        let plot = f64::from(width - 112 - 118 - 16);
        for (row, seconds) in (0..).zip([81_310.0, 8_002.0, 0.0, 122_480.0, 46_904.0]) {
            let seen = canvas.columns_with(20 + 11 + row * 22, (Token::Share4 as u8, 1, 2)).len() as f64;
            let exact = seconds / 122_480.0 * plot;
            assert!((seen - exact).abs() <= 1.0, "{seen} px for {exact} at {width}");
        }
        let missing = 20 + 11 + 5 * 22;
        assert!(canvas.columns_with(missing, (Token::Share4 as u8, 1, 2)).is_empty());
        assert!(!canvas.columns_with(missing, (Token::LineStrong as u8, 1, 2)).is_empty());
    }
}

#[test]
fn every_width_from_a_phone_to_a_wall_can_be_drawn_and_no_other() {
    for width in (340..=1_600).step_by(7) {
        svg(&bands(), width).unwrap();
    }
    for width in [0, 200, 20_000, u32::MAX] {
        assert_eq!(svg(&bands(), width), Err(ChartError::Width { width }));
    }
}

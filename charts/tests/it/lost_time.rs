use charts::ChartError;
use charts::lost_time::{Loss, LostTime, draw, height, sentence, svg, table};
use charts::theme::Token;
use plotters::style::RGBColor;

use crate::canvas::Canvas;
use crate::doors::{ELSEWHERE, HOSTILE, assert_text_stays_text};
use crate::quarter::losses;

fn only(losses: Vec<Loss>) -> LostTime {
    LostTime { title: "Lost time by type of finding".to_owned(), losses }
}

#[test]
fn a_week_of_losses() {
    insta::assert_snapshot!(svg(&losses(), 1_200).unwrap());
}

#[test]
fn a_week_of_losses_on_a_phone() {
    insta::assert_snapshot!(svg(&losses(), 340).unwrap());
}

#[test]
fn a_week_without_findings() {
    insta::assert_snapshot!(svg(&only(vec![]), 900).unwrap());
    assert_eq!(sentence(&only(vec![])), "No time lost to findings.");
}

#[test]
fn one_finding_that_took_no_time() {
    let one = only(vec![Loss { label: "End shift".to_owned(), seconds: 0, n_findings: 1, href: None }]);
    insta::assert_snapshot!(svg(&one, 900).unwrap());
    assert_eq!(sentence(&one), "0.000 h lost to 1 type of finding; most to End shift: 0.000 h, n/a.");
}

#[test]
fn hostile_labels_stay_text_and_links_stay_here() {
    let mut chart = losses();
    for (loss, (label, href)) in chart.losses.iter_mut().zip(HOSTILE.into_iter().zip(ELSEWHERE)) {
        loss.label = label.to_owned();
        loss.href = Some(href.to_owned());
    }
    let hrefs: Vec<_> = chart.losses[6].href.clone().into_iter().collect();
    assert_text_stays_text(&svg(&chart, 900).unwrap(), &hrefs);
}

#[test]
fn the_largest_loss_stands_first_and_of_equal_ones_the_more_frequent() {
    let rows = table(&losses()).rows;
    let column = |at: usize| rows.iter().map(|row| row[at].text.as_str()).collect::<Vec<_>>();
    let types = [
        "Weather downtime",
        "Failed execution gap",
        "Handover",
        "End shift",
        "Running execution gap",
        "Array recreation",
        "Allocated time not well defined",
    ];
    assert_eq!(column(0), types);
    assert_eq!(column(2), ["6", "9", "21", "14", "2", "11", "3"]);
    // 41,022 + 24,330 + 9,841 + 5,410 + 5,410 + 2,904 = 88,917 s = 24.699 h; 41,022 / 88,917 = 46.1 %, with the next 73.5 %, …
    assert_eq!(column(3), ["46.1", "73.5", "84.6", "90.6", "96.7", "100.0", "100.0"]);
    // The figures add up to 24.699 as they are printed.
    let thousandths = |text: &&str| text.replace('.', "").parse::<i64>().unwrap();
    assert_eq!(column(1).iter().map(thousandths).sum::<i64>(), 24_699);
    assert_eq!(sentence(&losses()), "24.699 h lost to 7 types of finding; most to Weather downtime: 11.395 h, 46.1 %.");
}

#[test]
fn bars_are_as_long_as_their_time() {
    let chart = losses();
    let longest = 41_022.0;
    for width in [340_u32, 560, 900, 1_600] {
        let mut canvas = Canvas::new(width, height(&chart, width).unwrap());
        draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), &chart).unwrap();
        let (first, pitch, plot) =
            if width < 600 { (20 + 24, 34, width - 28 - 4) } else { (20 + 11, 22, width - 264 - 180 - 16) };
        for (row, seconds) in (0..).zip([41_022.0, 24_330.0, 9_841.0, 5_410.0, 5_410.0, 2_904.0, 0.0]) {
            let seen = canvas.columns_with(first + row * pitch, (Token::Share4 as u8, 1, 2)).len() as f64;
            let exact = seconds / longest * f64::from(plot);
            assert!((seen - exact).abs() <= 1.0, "{seen} px for {exact} at {width}");
        }
    }
}

#[test]
fn every_width_from_a_phone_to_a_wall_can_be_drawn_and_no_other() {
    for width in (340..=1_600).step_by(7) {
        svg(&losses(), width).unwrap();
    }
    for width in [0, 200, 20_000, u32::MAX] {
        assert_eq!(svg(&losses(), width), Err(ChartError::Width { width }));
    }
}

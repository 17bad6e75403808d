use charts::ChartError;
use charts::hour_heat_map::{Hour, HourHeatMap, draw, height, sentence, svg, table};
use charts::period::Completeness;
use charts::theme::Token;
use plotters::style::RGBColor;

use crate::canvas::{Canvas, Rgb};
use crate::doors::{HOSTILE, assert_text_stays_text};
use crate::quarter::month;

fn plain(mut chart: HourHeatMap) -> HourHeatMap {
    chart.lst = None;
    chart.notes.clear();
    for day in &mut chart.days {
        day.chosen = false;
        for hour in &mut day.hours {
            hour.href = None;
        }
    }
    chart
}

#[test]
fn three_days_of_a_month() {
    let mut chart = month();
    chart.days.drain(..11);
    chart.days.truncate(4);
    insta::assert_snapshot!(svg(&chart, 1_200).unwrap());
}

#[test]
fn three_days_on_a_phone() {
    let mut chart = plain(month());
    chart.days.drain(..18);
    insta::assert_snapshot!(svg(&chart, 340).unwrap());
}

#[test]
fn a_window_without_a_day() {
    let chart = HourHeatMap { days: vec![], ..plain(month()) };
    insta::assert_snapshot!(svg(&chart, 900).unwrap());
    assert_eq!(sentence(&chart), "No shift time.");
}

#[test]
fn a_single_hour() {
    let mut chart = plain(month());
    chart.days.truncate(1);
    chart.days[0].hours = vec![Hour { shift_s: 3_600, part_s: 1_800, href: None }];
    insta::assert_snapshot!(svg(&chart, 900).unwrap());
    assert_eq!(
        sentence(&chart),
        "50.0 % of the shift time was science; most of it from 00:00 UTC, 50.0 %, least from 00:00 UTC, 50.0 %."
    );
}

#[test]
fn hostile_words_stay_text_and_links_stay_here() {
    let mut chart = month();
    chart.days.truncate(2);
    chart.title = HOSTILE[1].to_owned();
    chart.what = HOSTILE[0].to_owned();
    chart.lst = Some(HOSTILE.map(str::to_owned).to_vec());
    chart.days[0].href = Some("javascript:alert(1)".to_owned());
    chart.days[1].hours[3].href = Some("//example.org".to_owned());
    let cells = |day: usize| chart.days[day].hours.iter().filter_map(|hour| hour.href.clone());
    let hrefs: Vec<_> =
        cells(0).chain(cells(1)).filter(|href| href.starts_with("/e")).chain(chart.days[1].href.clone()).collect();
    assert_text_stays_text(&svg(&chart, 1_200).unwrap(), &hrefs);
}

/// A colour of its own for each token.
fn colour(token: Token) -> Rgb {
    (token as u8, 1, 2)
}

fn drawn(chart: &HourHeatMap, width: u32) -> Canvas {
    let mut canvas = Canvas::new(width, height(chart, width).unwrap());
    draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), chart).unwrap();
    canvas
}

#[test]
fn a_cell_has_the_colour_of_its_share_and_one_without_shift_time_has_none() {
    let shares = [
        (0, 3_600),
        (1, 3_600),
        (720, 3_600),
        (721, 3_600),
        (1_440, 3_600),
        (2_160, 3_600),
        (2_880, 3_600),
        (2_881, 3_600),
        (3_600, 3_600),
        (0, 0),
        (30, 30),
    ];
    let fifths = [Some(0), Some(1), Some(1), Some(2), Some(2), Some(3), Some(4), Some(5), Some(5), None, Some(5)];
    let mut chart = plain(month());
    chart.days.truncate(1);
    chart.days[0].hours = shares.iter().map(|&(part_s, shift_s)| Hour { shift_s, part_s, href: None }).collect();
    for width in [900_u32, 340] {
        let canvas = drawn(&chart, width);
        // 24 cells end at the share of the day, 54 px wide, on a phone 30.
        let (label, share) = if width < 560 { (42, 30) } else { (84, 54) };
        let cell = (width - label - share) / 24;
        let left = width - share - 24 * cell;
        for (hour, fifths) in (0..).zip(fifths) {
            let seen = canvas.at(left + hour * cell + 1, 22 + 3);
            assert_eq!(seen, fifths.map(|fifths| colour(Token::share(fifths))), "hour {hour}, {width} px");
        }
    }
}

#[test]
fn a_number_stands_in_each_cell_where_it_has_room_and_a_growing_dot_where_not() {
    let mut chart = plain(month());
    chart.days.truncate(1);
    chart.days[0].hours = [0, 20, 90].map(|percent| Hour { shift_s: 3_600, part_s: percent * 36, href: None }).to_vec();
    let texts = drawn(&chart, 900).texts;
    for number in ["0", "20", "90"] {
        assert!(texts.contains(&number.to_owned()), "{number}");
    }
    // 340 px: cells of (340 − 42 − 30) / 24 = 11 px from 46 on, 10 px without their air; rows from 22, 18 px high.
    let canvas = drawn(&chart, 340);
    assert!(!canvas.texts.contains(&"90".to_owned()));
    let dot = |hour: u32, ink: Token| {
        let column = 340 - 30 - 24 * 11 + hour * 11;
        (column..column + 11).filter(|&x| (22..40).any(|y| canvas.at(x, y) == Some(colour(ink)))).count()
    };
    assert_eq!((dot(0, Token::Ink), dot(1, Token::Ink), dot(2, Token::Surface)), (0, 1, 5));
    // Nothing of some time is an empty frame.
    assert_eq!(dot(0, Token::LineStrong), 10);
}

#[test]
fn a_day_that_runs_is_hatched_after_its_last_hour() {
    let mut chart = plain(month());
    chart.days.drain(..20);
    assert!(drawn(&chart, 900).texts.contains(&"running".to_owned()));
    chart.days[0].hours.clear();
    chart.days[0].completeness = Completeness::Late;
    assert!(drawn(&chart, 900).texts.contains(&"data late".to_owned()));
}

#[test]
fn the_tab_key_stops_at_days_and_the_table_has_every_link() {
    let chart = month();
    let drawing = svg(&chart, 1_200).unwrap();
    let links: Vec<_> = drawing.split("<a ").skip(1).map(|link| link.split('>').next().unwrap()).collect();
    let stops = links.iter().filter(|link| !link.contains("tabindex=\"-1\"")).count();
    assert_eq!(stops, chart.days.len() + chart.notes.len());
    let cells = chart.days.iter().flat_map(|day| &day.hours).filter(|hour| hour.shift_s > 0).count();
    let table = table(&chart);
    assert_eq!(links.len() - stops, cells);
    assert_eq!(table.rows.iter().flatten().filter(|cell| cell.href.is_some()).count(), cells + chart.days.len());
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
}

#[test]
fn the_share_of_a_day_is_of_its_sums_and_not_the_mean_of_its_hours() {
    let mut chart = plain(month());
    chart.days.truncate(1);
    // 3,600 of 3,600 s and 0 of 400 s: 3,600 / 4,000 = 90 %; the mean of 100 and 0 would be 50.
    chart.days[0].hours =
        [(3_600, 3_600), (400, 0)].map(|(shift_s, part_s)| Hour { shift_s, part_s, href: None }).to_vec();
    assert_eq!(table(&chart).rows[0][1].text, "90");
    assert_eq!(
        sentence(&chart),
        "90.0 % of the shift time was science; most of it from 00:00 UTC, 100.0 %, least from 01:00 UTC, 0.0 %."
    );
}

#[test]
fn every_width_from_a_phone_to_a_wall_can_be_drawn_and_no_other() {
    let chart = month();
    for width in (340..=1_600).step_by(7) {
        svg(&chart, width).unwrap();
    }
    for width in [0, 200, 20_000, u32::MAX] {
        assert_eq!(svg(&chart, width), Err(ChartError::Width { width }));
    }
}

use charts::ChartError;
use charts::shift_timeline::{Mark, Size, draw, instant_at, lane_at, plot_area, sentence, sum, svg, table, what_is_at};
use charts::theme::{Token, letters};
use domain::facts::{DowntimeKind, Qa0, Status};
use domain::family::{Families, Family};
use domain::findings::Priority;
use domain::ledger::Owner;
use domain::shift_view::ShiftView;
use domain::time::{Instant, Interval};
use plotters::style::RGBColor;

use crate::canvas::{Canvas, Rgb};
use crate::night::{Night, chosen, mark, t, usual};

use Family::{Seven, TotalPower, Twelve};

fn wide(view: &ShiftView, marks: &[Mark]) -> Size {
    Size::for_shift(900, view, marks)
}

fn phone(view: &ShiftView, marks: &[Mark]) -> Size {
    Size::for_shift(390, view, marks)
}

#[test]
fn a_usual_night() {
    let (view, marks) = usual();
    insta::assert_snapshot!(svg(&view, &marks, wide(&view, &marks)).unwrap());
}

#[test]
fn a_usual_night_on_a_phone() {
    let (view, marks) = usual();
    insta::assert_snapshot!(svg(&view, &marks, phone(&view, &marks)).unwrap());
}

#[test]
fn a_shift_in_which_nothing_was_logged() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00")).view();
    let marks =
        [mark(Some(Twelve), "Non activities shift", Priority::Medium, "03-12 21:00:00", "03-13 00:30:00")].map(chosen);
    insta::assert_snapshot!(svg(&view, &marks, wide(&view, &marks)).unwrap());
}

#[test]
fn a_shift_of_one_second() {
    let view = Night::new(&[Seven], "03-12 21:00:00", Some("03-12 21:00:01"))
        .pi(Seven, Some(Qa0::Pass), "NGC 253", "03-12 20:00:00", "03-12 22:00:00")
        .view();
    insta::assert_snapshot!(svg(&view, &[], wide(&view, &[])).unwrap());
}

#[test]
fn a_running_shift_ends_at_now() {
    let view = Night::new(&[Twelve, TotalPower], "03-12 21:00:00", None)
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 21:10:00", "03-12 22:10:00")
        .unclosed(Twelve, "NGC 253", "03-12 22:14:00")
        .now("03-12 23:01:40")
        .view();
    assert!(view.running);
    insta::assert_snapshot!(svg(&view, &[], wide(&view, &[])).unwrap());
}

/// 30 h with each of the 13 owners, and weather over part of an execution.
fn everybody() -> ShiftView {
    Night::new(&[Twelve], "03-12 21:00:00", Some("03-14 03:00:00"))
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 22:00:00", "03-13 00:00:00")
        .pi(Twelve, Some(Qa0::Pending), "NGC 253", "03-13 00:00:00", "03-13 02:00:00")
        .pi(Twelve, Some(Qa0::SemiPass), "NGC 253", "03-13 02:00:00", "03-13 04:00:00")
        .pi(Twelve, Some(Qa0::Fail), "NGC 253", "03-13 04:00:00", "03-13 06:00:00")
        .pi(Twelve, None, "NGC 253", "03-13 06:00:00", "03-13 08:00:00")
        .calibration(Twelve, Status::Success, "03-13 08:00:00", "03-13 10:00:00")
        .calibration(Twelve, Status::Aborted, "03-13 10:00:00", "03-13 12:00:00")
        .test(Twelve, "03-13 12:00:00", "03-13 14:00:00")
        .downtime(DowntimeKind::Weather, Families::ALL, "03-13 13:00:00", Some("03-13 17:00:00"))
        .downtime(DowntimeKind::Technical, Families::ALL, "03-13 16:30:00", Some("03-13 20:00:00"))
        .downtime(DowntimeKind::Scheduling, Families::ALL, "03-13 20:00:00", Some("03-13 23:00:00"))
        .view()
}

#[test]
fn thirty_hours_with_every_owner() {
    let view = everybody();
    for &owner in Owner::ALL {
        assert!(view.lanes[0].ledger.seconds(owner) > 0, "{owner}");
    }
    insta::assert_snapshot!(svg(&view, &[], wide(&view, &[])).unwrap());
}

/// Labels people did not mean well.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"/><image href=x onerror=alert(1)>",
    "fill=\"#5D5D00\" &amp; ]]> <!--",
    "\u{202E}\u{2066}siht daer ton od\u{0}\n\u{FFFE}\r",
    "שלום \u{200F}עולם",
    "𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸",
];

#[test]
fn hostile_labels_stay_text() {
    let hours = ["21", "22", "23"];
    let (executions, findings) = HOSTILE.split_at(3);
    let mut night = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:00:00"));
    for (hour, subject) in hours.iter().zip(executions) {
        night =
            night.pi(Twelve, Some(Qa0::Pass), subject, &format!("03-12 {hour}:00:00"), &format!("03-12 {hour}:50:00"));
    }
    let view = night.view();
    let all = executions.iter().chain(findings);
    let marks: Vec<_> = (0..6)
        .zip(all)
        .map(|(i, label)| {
            let (start, end) = (format!("03-12 21:{i}0:00"), format!("03-12 21:{i}9:00"));
            chosen(mark(Some(Twelve), label, Priority::Low, &start, &end))
        })
        .collect();
    let drawing = svg(&view, &marks, wide(&view, &marks)).unwrap();
    // What starts with `<` is one of the few elements a drawing is made of.
    for tag in drawing.split('<').skip(1) {
        let name: String = tag.chars().take_while(|c| !" >/".contains(*c)).collect();
        let known = ["", "svg", "title", "desc", "rect", "text", "polyline", "polygon"];
        assert!(known.contains(&name.as_str()), "<{tag}");
    }
    assert!(drawing.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!drawing.contains(['\u{202E}', '\u{2066}', '\u{200F}', '\u{0}', '\u{FFFE}', '\r']));
    insta::assert_snapshot!(drawing);
}

#[test]
fn a_drawing_may_stand_in_a_page_with_a_strict_policy() {
    let (view, marks) = usual();
    let drawing = svg(&view, &marks, wide(&view, &marks)).unwrap();
    for forbidden in ["style=", "<style", "<script", "href", "url(", " id=", " on"] {
        assert!(!attributes(&drawing).contains(forbidden), "{forbidden}");
    }
    // Colours come from the style sheet alone, and each is a token of it.
    for colour in drawing.split(['"']).filter(|value| value.starts_with("var(")) {
        let name = colour.trim_start_matches("var(--").trim_end_matches(')');
        assert!(name == "font-ui" || Token::ALL.iter().any(|token| token.name() == name), "{colour}");
    }
    assert!(!attributes(&drawing).contains('#'));
    assert!(drawing.starts_with("<svg ") && drawing.contains(" role=\"img\"") && drawing.contains("<title>"));
}

/// The drawing without what people read in it.
fn attributes(drawing: &str) -> String {
    drawing.split('<').filter_map(|tag| Some(format!("<{}", tag.split_once('>')?.0))).collect()
}

/// A colour of its own for each token; in a theme two may share one.
fn colour(token: Token) -> Rgb {
    (token as u8, 1, 2)
}

fn drawn(view: &ShiftView, marks: &[Mark], size: Size) -> Canvas {
    let mut canvas = Canvas::new(size.width, size.height);
    draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), view, marks).unwrap();
    canvas
}

#[test]
fn the_pointer_finds_what_is_drawn_under_it() {
    let view = everybody();
    for size in [wide(&view, &[]), phone(&view, &[]), Size { width: 1_440, height: 200 }] {
        let canvas = drawn(&view, &[], size);
        let (left, right) = plot_area(size);
        for x in left..right {
            let here = what_is_at(&view, Twelve, instant_at(f64::from(x) + 0.5, &view, size).unwrap()).unwrap();
            let rows = canvas.rows_with(x, colour(Token::owner(here.owner)));
            let is_edge = {
                let before = instant_at(f64::from(x) - 0.5, &view, size);
                let after = instant_at(f64::from(x) + 1.5, &view, size);
                [before, after].into_iter().any(|at| {
                    at.and_then(|at| what_is_at(&view, Twelve, at)).is_none_or(|there| there.interval != here.interval)
                })
            };
            assert!(is_edge || rows.len() >= 2, "{} at x = {x} of {size:?}", here.owner);
            assert!(
                rows.iter().all(|&y| lane_at(f64::from(y), &view, &[], size) == Some(Twelve)),
                "x = {x} of {size:?}"
            );
        }
    }
}

#[test]
fn a_sliver_is_still_seen() {
    // 10 s of 30 h are 0.07 px.
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-14 03:00:00"))
        .pi(Twelve, Some(Qa0::Pass), "", "03-12 21:10:00", "03-13 08:00:00")
        .pi(Twelve, Some(Qa0::Fail), "", "03-13 08:00:00", "03-13 08:00:10")
        .pi(Twelve, Some(Qa0::Pass), "", "03-13 08:00:10", "03-14 03:00:00")
        .view();
    let size = wide(&view, &[]);
    let canvas = drawn(&view, &[], size);
    let seen = (0..size.width).filter(|&x| !canvas.rows_with(x, colour(Token::Fail)).is_empty()).count();
    assert_eq!(seen, 1);
}

#[test]
fn the_drawing_of_a_shift_of_twenty_thousand_executions_is_bounded_by_its_width() {
    let (start, mut ends, mut executions) = (t("03-12 21:00:00"), vec![], vec![]);
    let owners = ["QA0 Pass", "QA0 Fail"];
    for i in 0..20_000_i64 {
        let end = start.plus(i + 1);
        let owner = owners[usize::try_from(i % 2).unwrap()];
        ends.push(serde_json::json!([owner, end]));
        executions.push(serde_json::json!({
            "span": { "start": start.plus(i), "end": end },
            "fact": {
                "id": format!("X{i}"), "sb_uid": "", "sb_name": "", "project_code": "", "array_id": "", "family": "12 [m]",
                "band": null, "purpose": "PI", "status": "SUCCESS", "qa0": owner.trim_start_matches("QA0 "),
                "start": start.plus(i), "end": end, "subject": "", "ticket": "",
            },
        }));
    }
    let one = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:00:00")).view();
    let mut lanes = serde_json::to_value(&one.lanes).unwrap();
    lanes[0]["ledger"]["ends"] = ends.into();
    lanes[0]["executions"] = executions.into();
    let interval = Interval::new(start, start.plus(20_000)).unwrap();
    let view = ShiftView { interval, lanes: serde_json::from_value(lanes).unwrap(), ..one };
    let drawing = svg(&view, &[], wide(&view, &[])).unwrap();
    // 710 px of plot, each with a few rectangles of some 90 bytes.
    assert!(drawing.len() < 710 * 4 * 90, "{} bytes", drawing.len());
    assert_eq!(table(&view).len(), 20_000);
}

#[test]
fn pixels_and_instants_answer_each_other() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00")).view();
    let size = wide(&view, &[]);
    let (left, right) = plot_area(size);
    // 3.5 h = 12,600 s: the left edge is the first second, the right edge the last.
    assert_eq!(instant_at(f64::from(left), &view, size), Some(t("03-12 21:00:00")));
    assert_eq!(instant_at(f64::from(right), &view, size), Some(t("03-13 00:29:59")));
    assert_eq!(instant_at(f64::from(left + right) / 2.0, &view, size), Some(t("03-12 22:45:00")));
    for beside in [f64::from(left) - 0.1, f64::from(right) + 0.1, -1e300, f64::INFINITY, f64::NAN] {
        assert_eq!(instant_at(beside, &view, size), None, "{beside}");
    }
    for y in [-1.0, 0.0, f64::from(size.height), f64::NAN] {
        assert_eq!(lane_at(y, &view, &[], size), None, "{y}");
    }
    assert_eq!(lane_at(f64::from(size.height) / 2.0, &view, &[], size), Some(Twelve));
}

#[test]
fn an_overlap_shows_the_execution_that_owns_and_the_downtime_that_contradicts_it() {
    let (view, _) = usual();
    // 03:00 to 03:20 the 12 m array observed while the log says weather.
    let here = what_is_at(&view, Twelve, t("03-13 03:10:00")).unwrap();
    assert_eq!(here.owner, Owner::PiPending);
    assert_eq!(here.interval, Interval::new(t("03-13 01:50:00"), t("03-13 03:20:00")).unwrap());
    assert_eq!(here.execution.unwrap().subject, "G023.01-00.41");
    assert_eq!(here.downtime.unwrap().kind, DowntimeKind::Weather);
    // From 03:20 the weather owns it.
    let here = what_is_at(&view, Twelve, t("03-13 03:20:00")).unwrap();
    assert_eq!((here.owner, here.execution), (Owner::Weather, None));
    assert_eq!(what_is_at(&view, Twelve, t("03-13 07:00:00")), None);
}

#[test]
fn of_two_executions_of_one_rank_the_earlier_has_the_overlap() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-12 22:00:00"))
        .pi(Twelve, Some(Qa0::Pass), "second", "03-12 21:20:00", "03-12 21:50:00")
        .pi(Twelve, Some(Qa0::Pass), "first", "03-12 21:10:00", "03-12 21:30:00")
        .view();
    let subject =
        |at: &str| what_is_at(&view, Twelve, t(at)).and_then(|here| here.execution).map(|it| it.subject.as_str());
    assert_eq!(subject("03-12 21:09:59"), None);
    assert_eq!(subject("03-12 21:29:59"), Some("first"));
    assert_eq!(subject("03-12 21:30:00"), Some("second"));
}

#[test]
fn only_what_lies_in_the_shift_is_marked() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00")).view();
    let at = |start, end| chosen(mark(Some(Twelve), "Here", Priority::Low, start, end));
    let shown = |mark: Mark| drawn(&view, &[mark], Size::for_shift(900, &view, &[])).texts.contains(&"Here".to_owned());
    assert!(shown(at("03-12 20:00:00", "03-12 21:00:01")));
    assert!(shown(at("03-13 00:30:00", "03-13 00:30:00")), "a point at the very end");
    assert!(!shown(at("03-12 20:00:00", "03-12 21:00:00")));
    assert!(!shown(at("03-12 20:59:59", "03-12 20:59:59")));
    assert!(!shown(Mark { span: None, ..at("03-12 22:00:00", "03-12 23:00:00") }));
    assert!(!shown(Mark { family: Some(Seven), ..at("03-12 22:00:00", "03-12 23:00:00") }), "a lane that is not there");
}

/// So many findings that each lie inside the next: 10 min to either side of midnight, 20 min, 30 min, …
fn nested(n: i64) -> Vec<Mark> {
    let middle = t("03-13 00:00:00");
    let at = |i: i64| middle.plus(600 * i).for_people().split_off("2022-".len());
    (1..=n).map(|i| mark(Some(Twelve), &format!("Finding {i}"), Priority::None, &at(-i), &at(i))).collect()
}

#[test]
fn findings_that_overlap_stand_above_each_other() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00")).view();
    let levels_at_midnight = |n: i64| {
        let marks = nested(n);
        let size = wide(&view, &marks);
        let (left, right) = plot_area(size);
        // 21:00 to 03:00: midnight is in the middle, and the grid line that stands there is of another colour.
        (drawn(&view, &marks, size).rows_with((left + right) / 2, colour(Token::Ink2)).len(), size.height)
    };
    let (_, usual_height) = levels_at_midnight(2);
    // A level is 9 px high; one or two findings fit into the room that a lane has in any case.
    assert_eq!(levels_at_midnight(1), (1, usual_height));
    assert_eq!(levels_at_midnight(2), (2, usual_height));
    assert_eq!(levels_at_midnight(3), (3, usual_height + 9));
    assert_eq!(levels_at_midnight(4), (4, usual_height + 18));
    assert_eq!(levels_at_midnight(6), (4, usual_height + 18));
}

#[test]
fn findings_that_no_level_is_left_for_are_counted_and_the_chosen_one_is_none_of_them() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00")).view();
    for (size, count) in [(wide(&view, &nested(6)), "+2 more"), (phone(&view, &nested(6)), "+2")] {
        assert!(drawn(&view, &nested(6), size).texts.contains(&count.to_owned()));
        assert!(!drawn(&view, &nested(4), size).texts.iter().any(|text| text.starts_with('+')));
        // The longest comes last, and takes the highest level from the one that had it.
        let mut marks = nested(6);
        marks[5].chosen = true;
        let canvas = drawn(&view, &marks, size);
        assert!(canvas.texts.contains(&count.to_owned()) && canvas.texts.contains(&"Finding 6".to_owned()));
    }
}

#[test]
fn a_low_drawing_keeps_its_bars_and_counts_findings_instead() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00")).view();
    let size = Size { height: wide(&view, &[]).height, ..wide(&view, &[]) };
    assert!(drawn(&view, &nested(4), size).texts.contains(&"+1 more".to_owned()));
}

#[test]
fn the_sentence_and_the_sum_say_who_had_how_much() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00"))
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 21:20:13", "03-12 22:52:26")
        .view();
    // 12,600 s = 5,533 s Pass (1.537 h) + 1,213 s handover (0.337 h) + 5,854 s idle (1.626 h)
    assert_eq!(
        sentence(&view),
        "12 [m], 2022-03-12 21:00:00 to 2022-03-13 00:30:00 UTC: \
         3.500 h = 1.537 h QA0 Pass + 0.337 h Handover + 1.626 h Idle."
    );
    assert_eq!(sum(&view.lanes[0].ledger), "3.500 h = 1.537 P + 0.337 HO + 1.626 idle");
}

#[test]
fn the_table_says_what_the_drawing_shows() {
    let (view, _) = usual();
    let rows = table(&view);
    let text: Vec<_> = rows
        .iter()
        .map(|row| {
            let owner = row.owner.map_or("open", letters);
            let [start, end] = [row.start, row.end].map(Instant::for_people);
            let id = row.id.as_ref().map_or("", |id| id.as_str());
            format!("{} | {start} | {end} | {} | {owner} | {} | {id}", row.family, row.duration_h, row.what)
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
    // Without holes: each lane's rows add up to its 10 h.
    for lane in &view.lanes {
        let of_lane = rows.iter().filter(|row| row.family == lane.family);
        assert_eq!(of_lane.map(|row| row.end.since(row.start)).sum::<i64>(), 36_000);
    }
}

#[test]
fn a_size_nobody_can_read_is_refused() {
    let (view, marks) = usual();
    for size in [(0, 0), (100, 300), (900, 100), (20_000, 300), (900, u32::MAX), (u32::MAX, u32::MAX)] {
        let (width, height) = size;
        let refused = svg(&view, &marks, Size { width, height });
        assert_eq!(refused, Err(ChartError::Size { width, height }));
        let _ = lane_at(10.0, &view, &[], Size { width, height });
        let _ = instant_at(10.0, &view, Size { width, height });
    }
}

#[test]
fn the_longest_shift_the_calendar_allows_can_be_drawn() {
    let one = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:00:00")).view();
    let [start, end] = ["0000-01-01 00:00:00", "9999-12-31 23:59:59"].map(|text| Instant::parse(text).unwrap());
    let mut lanes = serde_json::to_value(&one.lanes).unwrap();
    lanes[0]["ledger"]["start"] = serde_json::to_value(start).unwrap();
    lanes[0]["ledger"]["ends"] = serde_json::json!([["Idle", end]]);
    let interval = Interval::new(start, end).unwrap();
    let view = ShiftView { interval, lanes: serde_json::from_value(lanes).unwrap(), ..one };
    let drawing = svg(&view, &[], wide(&view, &[])).unwrap();
    assert!(drawing.len() < 10_000, "{} bytes", drawing.len());
}

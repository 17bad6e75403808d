use charts::ChartError;
use charts::shift_timeline::window::{LEAST_S, panned, pinched, showing, zoomed};
use charts::shift_timeline::{
    CutLine, Mark, Shown, Size, cut_line, draw, instant_at, lane_at, plot_area, sentence, sum, svg, table, what_is_at,
    x_at,
};
use charts::theme::{Token, letters};
use charts::time_axis::sidereal_ticks;
use domain::facts::{DowntimeKind, Qa0, Status};
use domain::family::{Families, Family};
use domain::findings::Priority;
use domain::ledger::Owner;
use domain::shift_view::ShiftView;
use domain::sky::local_sidereal_time;
use domain::time::{Instant, Interval, Span};
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
    insta::assert_snapshot!(svg(&view, &marks, Shown::whole(&view), wide(&view, &marks)).unwrap());
}

#[test]
fn a_usual_night_on_a_phone() {
    let (view, marks) = usual();
    insta::assert_snapshot!(svg(&view, &marks, Shown::whole(&view), phone(&view, &marks)).unwrap());
}

#[test]
fn a_shift_in_which_nothing_was_logged() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00")).view();
    let marks =
        [mark(Some(Twelve), "Non activities shift", Priority::Medium, "03-12 21:00:00", "03-13 00:30:00")].map(chosen);
    insta::assert_snapshot!(svg(&view, &marks, Shown::whole(&view), wide(&view, &marks)).unwrap());
}

#[test]
fn a_shift_of_one_second() {
    let view = Night::new(&[Seven], "03-12 21:00:00", Some("03-12 21:00:01"))
        .pi(Seven, Some(Qa0::Pass), "NGC 253", "03-12 20:00:00", "03-12 22:00:00")
        .view();
    insta::assert_snapshot!(svg(&view, &[], Shown::whole(&view), wide(&view, &[])).unwrap());
}

#[test]
fn a_running_shift_ends_at_now() {
    let view = Night::new(&[Twelve, TotalPower], "03-12 21:00:00", None)
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 21:10:00", "03-12 22:10:00")
        .unclosed(Twelve, "NGC 253", "03-12 22:14:00")
        .now("03-12 23:01:40")
        .view();
    assert!(view.running);
    insta::assert_snapshot!(svg(&view, &[], Shown::whole(&view), wide(&view, &[])).unwrap());
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
    insta::assert_snapshot!(svg(&view, &[], Shown::whole(&view), wide(&view, &[])).unwrap());
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
    let drawing = svg(&view, &marks, Shown::whole(&view), wide(&view, &marks)).unwrap();
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
    let drawing = svg(&view, &marks, Shown::whole(&view), wide(&view, &marks)).unwrap();
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
    shown(view, marks, Shown::whole(view), size)
}

fn shown(view: &ShiftView, marks: &[Mark], shown: Shown, size: Size) -> Canvas {
    let mut canvas = Canvas::new(size.width, size.height);
    draw(&mut canvas, |token| RGBColor(token as u8, 1, 2), view, marks, shown).unwrap();
    canvas
}

#[test]
fn the_pointer_finds_what_is_drawn_under_it() {
    let view = everybody();
    for size in [wide(&view, &[]), phone(&view, &[]), Size { width: 1_440, height: 200 }] {
        let canvas = drawn(&view, &[], size);
        let (left, right) = plot_area(size);
        for x in left..right {
            let here = what_is_at(&view, Twelve, instant_at(f64::from(x) + 0.5, view.interval, size).unwrap()).unwrap();
            let rows = canvas.rows_with(x, colour(Token::owner(here.owner)));
            let is_edge = {
                let before = instant_at(f64::from(x) - 0.5, view.interval, size);
                let after = instant_at(f64::from(x) + 1.5, view.interval, size);
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
    let drawing = svg(&view, &[], Shown::whole(&view), wide(&view, &[])).unwrap();
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
    assert_eq!(instant_at(f64::from(left), view.interval, size), Some(t("03-12 21:00:00")));
    assert_eq!(instant_at(f64::from(right), view.interval, size), Some(t("03-13 00:29:59")));
    assert_eq!(instant_at(f64::from(left + right) / 2.0, view.interval, size), Some(t("03-12 22:45:00")));
    for beside in [f64::from(left) - 0.1, f64::from(right) + 0.1, -1e300, f64::INFINITY, f64::NAN] {
        assert_eq!(instant_at(beside, view.interval, size), None, "{beside}");
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
        let refused = svg(&view, &marks, Shown::whole(&view), Size { width, height });
        assert_eq!(refused, Err(ChartError::Size { width, height }));
        let _ = lane_at(10.0, &view, &[], Size { width, height });
        let _ = instant_at(10.0, view.interval, Size { width, height });
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
    let drawing = svg(&view, &[], Shown::whole(&view), wide(&view, &[])).unwrap();
    assert!(drawing.len() < 10_000, "{} bytes", drawing.len());
}

/// `03-12 23:00:00` to `03-13 01:00:00` of the year 2022.
fn window(start: &str, end: &str) -> Interval {
    Interval::new(t(start), t(end)).unwrap()
}

#[test]
fn two_hours_of_a_usual_night() {
    let (view, marks) = usual();
    let shown = Shown { window: window("03-13 00:30:00", "03-13 02:30:00"), cut: None };
    insta::assert_snapshot!(svg(&view, &marks, shown, wide(&view, &marks)).unwrap());
}

#[test]
fn the_chosen_finding_is_about_to_be_cut() {
    let (view, marks) = usual();
    let shown = Shown { cut: Some(t("03-13 01:31:07")), ..Shown::whole(&view) };
    insta::assert_snapshot!(svg(&view, &marks, shown, wide(&view, &marks)).unwrap());
}

/// Each mark leads to a page that is called after it.
fn leading(marks: Vec<Mark>) -> Vec<Mark> {
    let page = |mark: &Mark| format!("/triage?q=\"<&finding={}", mark.label);
    marks.into_iter().map(|mark| Mark { href: Some(page(&mark)), ..mark }).collect()
}

#[test]
fn a_usual_night_whose_findings_lead_somewhere() {
    let (view, marks) = usual();
    let marks = leading(marks);
    let drawing = svg(&view, &marks, Shown::whole(&view), wide(&view, &marks)).unwrap();
    // 12 findings, of which the chosen one is where it would lead.
    let (picture, links) = drawing.split_once("</g>\n").unwrap();
    assert_eq!((picture.matches("<a ").count(), links.matches("<a ").count()), (0, 11));
    assert!(links.contains("href=\"/triage?q=&quot;&lt;&amp;finding=End shift\""), "an address stays an address");
    insta::assert_snapshot!(links);
}

/// `x`, `y`, `width` and `height` of each link.
fn places_to_press(drawing: &str) -> Vec<[i32; 4]> {
    let number = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    let tags = drawing.split("<a ").skip(1);
    tags.map(|tag| ["x", "y", "width", "height"].map(|name| number(tag, name))).collect()
}

#[test]
fn a_link_is_wide_enough_for_a_finger_and_never_covers_the_level_above_it() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00")).view();
    let marks = leading(nested(3));
    let size = wide(&view, &marks);
    let drawing = svg(&view, &marks, Shown::whole(&view), size).unwrap();
    // Levels of 9 px: the longest is the highest, and has the heading's 14 px too. It is drawn first, the shortest over it.
    let [three, two, one] = places_to_press(&drawing)[..] else { panic!("three links") };
    assert_eq!([three[3], two[3], one[3]], [9 + 14, 9, 9]);
    assert_eq!((three[1] + three[3], two[1] + two[3]), (two[1], one[1]), "one below the other");
    // A second of six hours is less than a pixel.
    let second = leading(vec![mark(Some(Twelve), "Second", Priority::Low, "03-12 22:00:00", "03-12 22:00:01")]);
    let drawing = svg(&view, &second, Shown::whole(&view), size).unwrap();
    let [[x, _, width, height]] = places_to_press(&drawing)[..] else { panic!("one link") };
    let at = x_at(t("03-12 22:00:00"), view.interval, size).unwrap();
    assert!(width == 24 && height > 24 && (f64::from(x) + 12.0 - at).abs() <= 1.0, "{x} {width} {height}");
}

#[test]
fn a_window_shows_what_is_in_it_and_nothing_else() {
    let (view, marks) = usual();
    let size = wide(&view, &marks);
    // 22:00 to 22:30 the 12 m array observed NGC 253: one owner, no edge, nothing at the sides.
    let inside = window("03-12 22:00:00", "03-12 22:30:00");
    let canvas = shown(&view, &marks, Shown { window: inside, cut: None }, size);
    let (left, right) = plot_area(size);
    for x in left..right {
        assert!(canvas.rows_with(x, colour(Token::Pass)).len() > 10, "x = {x}");
        for other in [Token::SemiPass, Token::Fail, Token::Calibration, Token::Technical, Token::Test] {
            assert_eq!(canvas.rows_with(x, colour(other)), Vec::<u32>::new(), "{other:?} at x = {x}");
        }
    }
    // The chosen finding is three hours later, and no other of this lane is here.
    assert!(!canvas.texts.contains(&"Failed execution gap".to_owned()));
    // Sums stay those of the shift.
    assert!(canvas.texts.contains(&"10.000".to_owned()));
}

#[test]
fn what_begins_before_a_window_or_ends_after_it_has_no_edge_there() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00"))
        .downtime(DowntimeKind::Weather, Families::ALL, "03-12 22:00:00", Some("03-13 02:00:00"))
        .view();
    let size = wide(&view, &[]);
    let (left, right) = plot_area(size);
    let edge_rows = |shown_: Interval, x: u32| {
        shown(&view, &[], Shown { window: shown_, cut: None }, size).rows_with(x, colour(Token::Weather)).len()
    };
    // The bar is 28 px high; the band below it 11 px, all of them where the downtime begins. Where it ends the bar has the edge
    // that parts it from the next piece.
    let ends = window("03-12 22:00:00", "03-13 02:00:00");
    assert!(edge_rows(ends, left) >= 28 + 11);
    assert_eq!(edge_rows(ends, right - 1), 11);
    // In a window inside it the bar goes through, and of the band there are its two long sides and a slant at most.
    let goes_on = window("03-12 23:00:00", "03-13 01:00:00");
    for x in [left, right - 1] {
        let rows = edge_rows(goes_on, x);
        assert!((28 + 2..28 + 11).contains(&rows), "{rows} rows at x = {x}");
    }
}

#[test]
fn lanes_stay_where_they_are_when_somebody_looks_closer() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 03:00:00")).view();
    let marks = nested(4);
    let size = wide(&view, &marks);
    // A minute at the very start, where there is no finding at all.
    let start = Shown { window: window("03-12 21:00:00", "03-12 21:01:00"), cut: None };
    let bar = |canvas: &Canvas| canvas.rows_with(plot_area(size).0 + 300, colour(Token::Idle));
    let (all, some) = (shown(&view, &marks, Shown::whole(&view), size), shown(&view, &marks, start, size));
    assert_eq!((bar(&all).first(), bar(&all).last()), (bar(&some).first(), bar(&some).last()));
}

#[test]
fn a_running_shift_has_its_now_only_where_it_is() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", None).now("03-12 23:01:40").view();
    let says_now = |window| {
        let canvas = shown(&view, &[], Shown { window, cut: None }, wide(&view, &[]));
        canvas.texts.contains(&"now".to_owned())
    };
    assert!(says_now(view.interval) && says_now(window("03-12 23:00:00", "03-12 23:01:40")));
    assert!(!says_now(window("03-12 21:00:00", "03-12 23:00:00")));
}

#[test]
fn the_axes_follow_the_window_down_to_a_second() {
    let (view, marks) = usual();
    let size = wide(&view, &marks);
    let texts = |window| shown(&view, &marks, Shown { window, cut: None }, size).texts;
    // 710 px hold 8 ticks of 80 px: a step of one second in eight seconds.
    let seconds = texts(window("03-13 01:12:00", "03-13 01:12:08"));
    for label in ["01:12:00", "01:12:01", "01:12:07", "2022-03-13 01:12:00", "2022-03-13 01:12:08"] {
        assert!(seconds.contains(&label.to_owned()), "{label} in {seconds:?}");
    }
    // 2022-03-13 01:12:00 UTC is 08:04:16 LST (domain::sky), and a sidereal second is a hair shorter than one of UTC.
    assert!(seconds.contains(&"LST".to_owned()) && seconds.contains(&"UTC".to_owned()));
    let sidereal = local_sidereal_time(t("03-13 01:12:01")).to_string();
    assert!(seconds.contains(&sidereal), "{sidereal} in {seconds:?}");
    let hours = texts(view.interval);
    assert!(hours.contains(&"22:00".to_owned()) && hours.contains(&"04:00".to_owned()));
}

#[test]
fn the_sidereal_axis_has_its_ticks_where_the_sidereal_clock_shows_them() {
    let night = window("03-12 21:00:00", "03-13 07:00:00");
    let ticks = sidereal_ticks(night, 12);
    // 10 h are 10 h 1 min 39 s sidereal: an hour's step gives ten ticks.
    assert_eq!(ticks.len(), 10);
    for tick in &ticks {
        #[expect(clippy::cast_possible_truncation, reason = "a test")]
        let at = night.start().plus(tick.after_s.round() as i64);
        let hours = local_sidereal_time(at).hours();
        let shown: f64 = tick.label[..2].parse().unwrap();
        // Rounded to a whole second of UTC: at most half a second off, on a circle of 24 h.
        let off_s = ((hours - shown + 12.0).rem_euclid(24.0) - 12.0) * 3_600.0;
        assert!(off_s.abs() < 0.51 && tick.label.ends_with(":00"), "{} is off by {off_s} s", tick.label);
    }
    // Every hour comes again in two weeks: a label would say nothing.
    assert_eq!(sidereal_ticks(window("03-12 00:00:00", "03-26 00:00:00"), 12), []);
    let longest = ["0000-01-01 00:00:00", "9999-12-31 23:59:59"].map(|text| Instant::parse(text).unwrap());
    assert_eq!(sidereal_ticks(Interval::new(longest[0], longest[1]).unwrap(), 12), []);
}

#[test]
fn the_cut_stands_at_its_second_and_is_told_on_the_axis() {
    let (view, marks) = usual();
    let size = wide(&view, &marks);
    let at = t("03-13 01:31:07");
    let line = cut_line(&view, &marks, at, view.interval, size).unwrap();
    // 4 h 31 min 7 s = 16,267 s of 36,000 s, on 710 px from 94: 320.8 px further.
    assert_eq!(line.x, 94 + 321);
    let canvas = shown(&view, &marks, Shown { cut: Some(at), ..Shown::whole(&view) }, size);
    let x = u32::try_from(line.x).unwrap();
    let rows = canvas.rows_with(x, colour(Token::Accent));
    for y in line.top..line.bottom {
        assert!(rows.contains(&u32::try_from(y).unwrap()), "row {y}");
    }
    assert!(canvas.texts.contains(&"01:31:07".to_owned()));
    // Not shown, not chosen: no line.
    let elsewhere = window("03-12 21:00:00", "03-12 22:00:00");
    assert_eq!(cut_line(&view, &marks, at, elsewhere, size), None);
    let unchosen: Vec<_> = marks.iter().map(|mark| Mark { chosen: false, ..mark.clone() }).collect();
    assert_eq!(cut_line(&view, &unchosen, at, view.interval, size), None);
    let of_no_family = [chosen(mark(None, "Everywhere", Priority::Low, "03-13 01:00:00", "03-13 02:00:00"))];
    let CutLine { top, bottom, .. } = cut_line(&view, &of_no_family, at, view.interval, size).unwrap();
    assert!(top < line.top && bottom > line.bottom, "through all lanes");
}

#[test]
fn pixels_and_instants_answer_each_other_in_a_window_too() {
    let size = Size { width: 900, height: 300 };
    let hour = window("03-13 01:00:00", "03-13 02:00:00");
    let (left, right) = plot_area(size);
    assert_eq!(x_at(hour.start(), hour, size), Some(f64::from(left)));
    assert_eq!(x_at(hour.end(), hour, size), Some(f64::from(right)));
    assert_eq!(x_at(t("03-13 00:59:59"), hour, size), None);
    assert_eq!(x_at(t("03-13 02:00:01"), hour, size), None);
    // 710 px an hour: a pixel is 5 s.
    for minute in 0..60 {
        let at = hour.start().plus(60 * minute);
        let there = instant_at(x_at(at, hour, size).unwrap() + 0.001, hour, size).unwrap();
        assert_eq!(there, at);
    }
}

#[test]
fn zooming_keeps_the_instant_under_the_pointer() {
    let night = window("03-12 21:00:00", "03-13 07:00:00");
    // A quarter of the way is 23:30; half as long around it: 22:15 + … 1.25 h before it and 3.75 h after it.
    let half = zoomed(night, night, 0.25, 0.5);
    assert_eq!(half, window("03-12 22:15:00", "03-13 03:15:00"));
    assert_eq!(zoomed(night, half, 0.25, 2.0), night, "and back");
    // At an edge it does not leave the shift.
    assert_eq!(
        zoomed(night, window("03-12 21:00:00", "03-12 22:00:00"), 1.0, 2.0),
        window("03-12 21:00:00", "03-12 23:00:00")
    );
    // Neither shorter than the least, nor longer than the shift, nor nonsense.
    assert_eq!(zoomed(night, night, 0.5, 0.0).seconds(), LEAST_S);
    assert_eq!(zoomed(night, half, 0.5, f64::INFINITY), night);
    assert_eq!(zoomed(night, half, 0.5, f64::NAN), night);
    let second = window("03-12 21:00:00", "03-12 21:00:01");
    assert_eq!(zoomed(second, second, 0.5, 0.1), second);
}

#[test]
fn panning_stops_at_the_ends_of_the_shift() {
    let night = window("03-12 21:00:00", "03-13 07:00:00");
    let hour = window("03-12 23:00:00", "03-13 00:00:00");
    assert_eq!(panned(night, hour, 0.5), window("03-12 23:30:00", "03-13 00:30:00"));
    assert_eq!(panned(night, hour, -1.0), window("03-12 22:00:00", "03-12 23:00:00"));
    assert_eq!(panned(night, hour, -99.0), window("03-12 21:00:00", "03-12 22:00:00"));
    assert_eq!(panned(night, hour, 1e300), window("03-13 06:00:00", "03-13 07:00:00"));
    assert_eq!(panned(night, night, 0.5), night);
}

#[test]
fn two_fingers_take_with_them_what_is_under_them() {
    let night = window("03-12 21:00:00", "03-13 07:00:00");
    // Fingers on 23:30 and 04:30 (a quarter and three quarters) spread to the edges: those are the edges now.
    assert_eq!(pinched(night, night, [0.25, 0.75], [0.0, 1.0]), window("03-12 23:30:00", "03-13 04:30:00"));
    // Crossed fingers do as fingers the other way round.
    assert_eq!(pinched(night, night, [0.75, 0.25], [1.0, 0.0]), window("03-12 23:30:00", "03-13 04:30:00"));
    let hour = window("03-12 23:00:00", "03-13 00:00:00");
    // Both fingers to the right: what is under them comes along, so the window is earlier.
    assert_eq!(pinched(night, hour, [0.2, 0.4], [0.7, 0.9]), window("03-12 22:30:00", "03-12 23:30:00"));
    assert_eq!(pinched(night, hour, [0.2, 0.4], [0.5, 0.5]), hour);
    assert_eq!(pinched(night, hour, [0.5, 0.5], [0.5, 0.5]), hour);
}

#[test]
fn a_window_moves_only_for_what_it_does_not_show() {
    let night = window("03-12 21:00:00", "03-13 07:00:00");
    let hour = window("03-12 23:00:00", "03-13 00:00:00");
    let span = |start, end| Span::between(t(start), t(end));
    assert_eq!(showing(night, hour, span("03-12 22:00:00", "03-12 23:00:00")), hour);
    // 03:00 to 04:00 has its middle at 03:30.
    assert_eq!(
        showing(night, hour, span("03-13 03:00:00", "03-13 04:00:00")),
        window("03-13 03:00:00", "03-13 04:00:00")
    );
    assert_eq!(
        showing(night, hour, span("03-13 06:59:00", "03-13 07:00:00")),
        window("03-13 06:00:00", "03-13 07:00:00")
    );
}

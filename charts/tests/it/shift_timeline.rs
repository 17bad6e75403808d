use charts::shift_timeline::{Size, svg};
use domain::facts::{DowntimeKind, Qa0, Status};
use domain::family::{Families, Family};
use domain::findings::Priority;
use domain::ledger::Owner;
use domain::shift_view::ShiftView;

use crate::night::{Night, chosen, mark, usual};

use Family::{Seven, TotalPower, Twelve};

fn wide(view: &ShiftView) -> Size {
    Size::for_lanes(900, u32::try_from(view.lanes.len()).unwrap())
}

fn phone(view: &ShiftView) -> Size {
    Size::for_lanes(390, u32::try_from(view.lanes.len()).unwrap())
}

#[test]
fn a_usual_night() {
    let (view, marks) = usual();
    insta::assert_snapshot!(svg(&view, &marks, wide(&view)).unwrap());
}

#[test]
fn a_usual_night_on_a_phone() {
    let (view, marks) = usual();
    insta::assert_snapshot!(svg(&view, &marks, phone(&view)).unwrap());
}

#[test]
fn a_shift_in_which_nothing_was_logged() {
    let view = Night::new(&[Twelve], "03-12 21:00:00", Some("03-13 00:30:00")).view();
    let marks =
        [mark(Some(Twelve), "Non activities shift", Priority::Medium, "03-12 21:00:00", "03-13 00:30:00")].map(chosen);
    insta::assert_snapshot!(svg(&view, &marks, wide(&view)).unwrap());
}

#[test]
fn a_shift_of_one_second() {
    let view = Night::new(&[Seven], "03-12 21:00:00", Some("03-12 21:00:01"))
        .pi(Seven, Some(Qa0::Pass), "NGC 253", "03-12 20:00:00", "03-12 22:00:00")
        .view();
    insta::assert_snapshot!(svg(&view, &[], wide(&view)).unwrap());
}

#[test]
fn a_running_shift_ends_at_now() {
    let view = Night::new(&[Twelve, TotalPower], "03-12 21:00:00", None)
        .pi(Twelve, Some(Qa0::Pass), "NGC 253", "03-12 21:10:00", "03-12 22:10:00")
        .unclosed(Twelve, "NGC 253", "03-12 22:14:00")
        .now("03-12 23:01:40")
        .view();
    assert!(view.running);
    insta::assert_snapshot!(svg(&view, &[], wide(&view)).unwrap());
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
    insta::assert_snapshot!(svg(&view, &[], wide(&view)).unwrap());
}

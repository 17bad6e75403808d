//! A block over the next day: how high it stands, how much light comes through, and where the Sun is.
//!
//! ```text
//!  LST   08:00     12:00     16:00     20:00
//!  90° ┤       ╭──────╮                        ┤ 1
//!  45° ┤ · · ·╱· · · · ╲· · · · limit 20° · · ·┤
//!   0° ┼──────────────────────────────────────┤ 0
//!  UTC   02:00     06:00     10:00     14:00
//! ```
//!
//! [`svg`] is the drawing for a page; the [`sentence`] and the [`table`] say the same.

use domain::plan::curve::Moment;
use domain::time::Interval;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::HPos;

use crate::ChartError;
use crate::empty::empty;
use crate::pen::{Area, Drawn, Face, Pen};
use crate::svg::element;
use crate::table::{Cell, Table};
use crate::theme::{Token, Type};
use crate::time_axis::{sidereal_ticks, ticks};
use crate::width::readable;

/// What there is to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct SkyCurve {
    /// What the chart is called: the block's name.
    pub title: String,
    /// The moments, evenly spaced, the oldest first.
    pub moments: Vec<Moment>,
    /// The lowest elevation at which it is observed \[°\].
    pub elevation_limit_deg: f64,
    /// When all checks pass, in parts of the moments' time; by start.
    pub listed: Vec<Interval>,
    /// The time window, in parts of the moments' time, outside of which it must not be observed.
    pub closed: Vec<Interval>,
}

const LEFT: i32 = 34;
const RIGHT: i32 = 34;
const TOP: i32 = 34;
const PLOT: i32 = 132;
const BOTTOM: i32 = 38;
/// The heights of the axes' ends.
const ELEVATION_TOP_DEG: f64 = 90.0;

const AXIS: Face = Face { size: Type::Small, bold: false, ink: Token::Ink2 };
const HINT: Face = Face { size: Type::Small, bold: false, ink: Token::Ink3 };

/// The chart as an `<svg>` element for a page.
pub fn svg(chart: &SkyCurve, width: u32) -> Result<String, ChartError> {
    let px = readable(width)?.px;
    let size = (px.unsigned_abs(), (TOP + PLOT + BOTTOM).unsigned_abs());
    element(size, "sky-curve", &chart.title, &sentence(chart), |pen| curve(pen, chart, px))
}

/// The highest it gets and when, when it could be observed, and how far it is from the Sun.
pub fn sentence(chart: &SkyCurve) -> String {
    let highest = chart.moments.iter().max_by(|a, b| a.elevation_deg.total_cmp(&b.elevation_deg));
    let Some(highest) = highest else { return format!("{}: it has no coordinates.", chart.title) };
    let mut said =
        format!("{}: highest at {} UTC with {:.1}°", chart.title, highest.at.for_people(), highest.elevation_deg);
    if let Some(through) = highest.transmission {
        said += &format!(", where {:.0} % of the light comes through", through * 100.0);
    }
    said += ".";
    match &chart.listed[..] {
        [] => said += " It passes all checks at no time of these.",
        listed => {
            let times: Vec<String> = listed
                .iter()
                .map(|part| format!("{} to {}", part.start().for_people(), part.end().for_people()))
                .collect();
            said += &format!(" It passes all checks from {}.", times.join(" and from "));
        }
    }
    let nearest = chart.moments.iter().map(|moment| moment.from_sun_deg).fold(f64::INFINITY, f64::min);
    said + &format!(" The Sun comes as near as {nearest:.0}°.")
}

/// One row for each hour.
pub fn table(chart: &SkyCurve) -> Table {
    let head = ["Time [UTC]", "LST [h]", "Elevation [°]", "Transmission", "Sun's elevation [°]", "From the Sun [°]"];
    let every = chart.moments.len().div_ceil(24).max(1);
    let row = |moment: &Moment| {
        let through = moment.transmission.map_or(String::new(), |through| format!("{through:.3}"));
        [
            moment.at.for_people(),
            format!("{:.2}", moment.lst_h),
            format!("{:.1}", moment.elevation_deg),
            through,
            format!("{:.1}", moment.sun_elevation_deg),
            format!("{:.1}", moment.from_sun_deg),
        ]
        .map(Cell::new)
        .to_vec()
    };
    Table { head: head.map(str::to_owned).to_vec(), rows: chart.moments.iter().step_by(every).map(row).collect() }
}

fn curve<B: DrawingBackend>(pen: &mut Pen<'_, B>, chart: &SkyCurve, px: i32) -> Drawn {
    let plot = Area { left: LEFT, top: TOP, right: px - RIGHT, bottom: TOP + PLOT };
    let time = chart.moments.first().zip(chart.moments.last());
    let Some(time) = time.and_then(|(first, last)| Interval::new(first.at, last.at)) else {
        return empty(pen, plot, "The log has no coordinates of this block");
    };
    let x = |seconds: f64| {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of a day and pixels")]
        let px = (f64::from(plot.width()) * seconds / time.seconds() as f64).round() as i32;
        plot.left + px
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
    let at = |at: domain::time::Instant| x(at.since(time.start()) as f64).clamp(plot.left, plot.right);
    let y = |share: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a plot")]
        let up = (share.clamp(0.0, 1.0) * f64::from(PLOT)).round() as i32;
        plot.bottom - up
    };
    // From the back: the Sun's day, the time it is listed, the grid, the closed window, the curves, the axes.
    daylight(pen, chart, plot, at)?;
    for part in &chart.listed {
        let (left, right) = (at(part.start()), at(part.end()));
        pen.fill(Token::AccentSoft, Area { left, right: right.max(left + 1), ..plot })?;
        pen.level(Token::Accent, left, right.max(left + 1), plot.bottom - 2, 3)?;
    }
    for degrees in [0_i32, 30, 60, 90] {
        let line = y(f64::from(degrees) / ELEVATION_TOP_DEG);
        pen.level(Token::Line, plot.left, plot.right, line, 1)?;
        pen.text(AXIS, HPos::Right, (plot.left - 6, line), &degrees.to_string())?;
    }
    for (share, words) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
        pen.text(HINT, HPos::Left, (plot.right + 6, y(share)), words)?;
    }
    for part in &chart.closed {
        let area = Area { left: at(part.start()), right: at(part.end()), ..plot };
        pen.hatch_unknown(Token::LineStrong, area, 9)?;
    }
    let limit = y(chart.elevation_limit_deg / ELEVATION_TOP_DEG);
    for left in (plot.left..plot.right).step_by(8) {
        pen.level(Token::Ink3, left, (left + 4).min(plot.right), limit, 1)?;
    }
    let through: Vec<(i32, i32)> =
        chart.moments.iter().filter_map(|moment| Some((at(moment.at), y(moment.transmission?)))).collect();
    if through.len() > 1 {
        pen.stroke(Token::PriorityLow, &through, 1)?;
    }
    // Below the horizon there is nothing to see, so the line stops there.
    let mut above: Vec<(i32, i32)> = Vec::new();
    for moment in &chart.moments {
        if moment.elevation_deg >= 0.0 {
            above.push((at(moment.at), y(moment.elevation_deg / ELEVATION_TOP_DEG)));
        } else if above.len() > 1 {
            pen.stroke(Token::Accent, &above, 2)?;
            above.clear();
        } else {
            above.clear();
        }
    }
    if above.len() > 1 {
        pen.stroke(Token::Accent, &above, 2)?;
    }
    axes(pen, plot, time, at, x)
}

/// Light where the Sun is up: drawn as a band along the top, because people sleep by it and dishes avoid it.
fn daylight<B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    chart: &SkyCurve,
    plot: Area,
    at: impl Fn(domain::time::Instant) -> i32,
) -> Drawn {
    for pair in chart.moments.windows(2) {
        if pair[0].sun_elevation_deg > 0.0 {
            let (left, right) = (at(pair[0].at), at(pair[1].at));
            pen.fill(Token::Warn, Area { left, right, top: plot.top - 4, bottom: plot.top })?;
        }
    }
    Ok(())
}

fn axes<B: DrawingBackend>(
    pen: &mut Pen<'_, B>,
    plot: Area,
    time: Interval,
    at: impl Fn(domain::time::Instant) -> i32,
    x: impl Fn(f64) -> i32,
) -> Drawn {
    pen.level(Token::LineStrong, plot.left, plot.right, plot.bottom, 1)?;
    let most = i64::from((plot.width() / 64).max(2));
    // A label further left would run into the name of its axis.
    let first_label = plot.left + 8;
    for tick in ticks(time, most) {
        let x = at(tick.at);
        pen.upright(Token::LineStrong, x, plot.bottom, plot.bottom + 4, 1)?;
        if x >= first_label {
            pen.text(AXIS, HPos::Center, (x, plot.bottom + 12), &tick.label)?;
        }
    }
    for tick in sidereal_ticks(time, most) {
        let x = x(tick.after_s);
        pen.upright(Token::Line, x, plot.top - 8, plot.top - 4, 1)?;
        if x >= first_label {
            pen.text(HINT, HPos::Center, (x, plot.top - 16), &tick.label)?;
        }
    }
    pen.text(HINT, HPos::Left, (2, plot.top - 16), "LST")?;
    pen.text(HINT, HPos::Left, (2, plot.bottom + 12), "UTC")?;
    let y = plot.bottom + 30;
    pen.level(Token::Accent, plot.left, plot.left + 14, y, 2)?;
    pen.text(HINT, HPos::Left, (plot.left + 18, y), "elevation [°]")?;
    pen.level(Token::PriorityLow, plot.left + 100, plot.left + 114, y, 1)?;
    pen.text(HINT, HPos::Left, (plot.left + 118, y), "transmission")?;
    if plot.width() > 400 {
        pen.fill(Token::Warn, Area { left: plot.left + 204, right: plot.left + 218, top: y - 2, bottom: y + 2 })?;
        pen.text(HINT, HPos::Left, (plot.left + 222, y), "Sun up")?;
        pen.fill(Token::AccentSoft, Area { left: plot.left + 276, right: plot.left + 290, top: y - 5, bottom: y + 5 })?;
        pen.text(HINT, HPos::Left, (plot.left + 294, y), "passes all checks")?;
    }
    Ok(())
}

//! From what plotters writes to an `<svg>` element of a page: named, coloured by the style sheet, without what says nothing.

use std::fmt::Write as _;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::RGBColor;

use crate::ChartError;
use crate::pen::{Drawn, Pen, failed, plain};
use crate::theme::Token;

/// What plotters' SVG backend divides the size of type by.
const TYPE_DIVISOR: f64 = 1.24;

/// The element that `draw` draws.
///
/// `kind` is its class beside `chart`; `name` and `description` are for those who do not see it. It has no `style` attribute, no
/// script and no ids, so that it may stand in a page with a strict content security policy, and more than once. It takes no
/// pointer events, or browsers would show its name as a tooltip: listen on the element around it.
pub(crate) fn element(
    (width, height): (u32, u32),
    kind: &str,
    name: &str,
    description: &str,
    draw: impl FnOnce(&mut Pen<'_, SVGBackend<'_>>) -> Drawn,
) -> Result<String, ChartError> {
    let mut drawing = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut drawing, (width, height));
        draw(&mut Pen::new(&mut backend, &stand_in, TYPE_DIVISOR))?;
        backend.present().map_err(failed)?;
    }
    Ok(named(&by_css(&drawing), kind, &escaped(name), &escaped(description)))
}

/// The colour that stands for a token until the style sheet's property takes its place: plotters knows RGB only.
fn stand_in(token: Token) -> RGBColor {
    RGBColor(0x5D, 0x5D, token as u8)
}

/// Replaces the stand-ins by custom properties. Only whole attribute values are replaced, and a label cannot hold one: plotters
/// escapes the quotes in text.
fn by_css(svg: &str) -> String {
    let mut css = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("\"#5D5D") {
        css += before;
        let token = after.split_once('"').and_then(|(index, after)| {
            let token = Token::ALL.get(usize::from_str_radix(index, 16).ok()?)?;
            Some((token, after))
        });
        rest = match token {
            Some((token, after)) => {
                let _ = write!(css, "\"var(--{})\"", token.name());
                after
            }
            None => {
                css += "\"#5D5D";
                after
            }
        };
    }
    css + rest
}

fn named(svg: &str, kind: &str, name: &str, description: &str) -> String {
    let mut named = String::with_capacity(svg.len());
    let mut inside_text = false;
    for line in svg.lines() {
        if let Some(root) = line.strip_prefix("<svg ") {
            let _ = writeln!(named, "<svg class=\"chart {kind}\" role=\"img\" pointer-events=\"none\" {root}");
            let _ = writeln!(named, "<title>{name}</title>\n<desc>{description}</desc>");
            continue;
        }
        // A label is on a line of its own between its tags, and cannot begin with `<`, which is escaped.
        inside_text = line.starts_with("<text") || (inside_text && !line.starts_with("</text"));
        named += &line.replace(" opacity=\"1\"", "");
        if !inside_text {
            named.push('\n');
        }
    }
    named
}

fn escaped(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

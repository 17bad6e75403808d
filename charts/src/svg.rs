//! From what plotters writes to an `<svg>` element of a page: named, coloured by the style sheet, without what says nothing.

use std::fmt::Write as _;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::RGBColor;

use crate::ChartError;
use crate::pen::{Area, Drawn, Pen, failed, plain};
use crate::theme::Token;

/// What plotters' SVG backend divides the size of type by.
const TYPE_DIVISOR: f64 = 1.24;

/// The element that `draw` draws.
///
/// `kind` is its class beside `chart`; `name` and `description` are for those who do not see it. It has no `style` attribute, no
/// script and no ids, so that it may stand in a page with a strict content security policy, and more than once. It takes no
/// pointer events, or browsers would show its name as a tooltip: listen on the element around it.
pub(crate) fn element(
    size: (u32, u32),
    kind: &str,
    name: &str,
    description: &str,
    draw: impl FnOnce(&mut Pen<'_, SVGBackend<'_>>) -> Drawn,
) -> Result<String, ChartError> {
    Ok(named(&drawing(size, draw)?, (kind, "img"), [name, description], None))
}

/// Part of a drawing that leads to the rows behind it, or only says on hover what it is.
pub(crate) struct Door {
    /// A path of this site; `None`, and any other address, leads nowhere.
    pub(crate) href: Option<String>,
    /// What is behind it: the link's name.
    pub(crate) title: String,
    /// Where it is; later ones lie on top of earlier ones, and say their own text when they have one.
    pub(crate) areas: Vec<(Area, String)>,
    /// Whether the tab key stops here. A chart of a thousand cells would be a trap: its links stand in its table, too.
    pub(crate) takes_focus: bool,
}

/// Like [`element`], with doors on top: only they take pointer events, and only they are there for those who do not see.
pub(crate) fn element_with_doors(
    size: (u32, u32),
    kind: &str,
    name: &str,
    description: &str,
    doors: &[Door],
    draw: impl FnOnce(&mut Pen<'_, SVGBackend<'_>>) -> Drawn,
) -> Result<String, ChartError> {
    let doors: String = doors.iter().map(door).collect();
    Ok(named(&drawing(size, draw)?, (kind, "group"), [name, description], Some(&doors)))
}

fn drawing(size: (u32, u32), draw: impl FnOnce(&mut Pen<'_, SVGBackend<'_>>) -> Drawn) -> Result<String, ChartError> {
    let mut drawing = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut drawing, size);
        draw(&mut Pen::new(&mut backend, &stand_in, TYPE_DIVISOR))?;
        backend.present().map_err(failed)?;
    }
    Ok(by_css(&drawing))
}

fn door(door: &Door) -> String {
    let mut element = String::new();
    let href = door.href.as_deref().filter(|href| leads_here(href));
    let tag = if href.is_some() { "a" } else { "g" };
    let _ = write!(element, "<{tag} class=\"door\"");
    if let Some(href) = href {
        let _ = write!(element, " href=\"{}\"", escaped(href));
        if !door.takes_focus {
            element += " tabindex=\"-1\"";
        }
    }
    let _ = write!(element, "><title>{}</title>", escaped(&door.title));
    for (Area { left, top, right, bottom }, text) in &door.areas {
        let (width, height) = ((right - left).max(0), (bottom - top).max(0));
        let _ = write!(
            element,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"none\" pointer-events=\"all\""
        );
        if text.is_empty() {
            element += "/>";
        } else {
            let _ = write!(element, "><title>{}</title></rect>", escaped(text));
        }
    }
    let _ = writeln!(element, "</{tag}>");
    element
}

/// Whether an address stays on this site: no scheme such as `javascript:`, no other host.
fn leads_here(href: &str) -> bool {
    let mut letters = href.chars();
    match letters.next() {
        Some('?' | '#') => true,
        Some('/') => !matches!(letters.next(), Some('/' | '\\')),
        _ => false,
    }
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

/// With a name for those who do not see it and, when it has doors, with these on top of a drawing that only they can tell.
fn named(svg: &str, (kind, role): (&str, &str), [name, description]: [&str; 2], doors: Option<&str>) -> String {
    let mut named = String::with_capacity(svg.len() + doors.map_or(0, str::len));
    let mut inside_text = false;
    for line in svg.lines() {
        if let Some(root) = line.strip_prefix("<svg ") {
            let _ = writeln!(named, "<svg class=\"chart {kind}\" role=\"{role}\" pointer-events=\"none\" {root}");
            let _ = writeln!(named, "<title>{}</title>\n<desc>{}</desc>", escaped(name), escaped(description));
            if doors.is_some() {
                named += "<g aria-hidden=\"true\">\n";
            }
            continue;
        }
        if let Some(doors) = doors.filter(|_| line == "</svg>") {
            named += "</g>\n";
            named += doors;
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

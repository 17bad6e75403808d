//! What every number and word means: docs/METRICS.md, as HTML.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;

/// The definitions as HTML, with an anchor on every heading.
#[server(prefix = "/_fn", endpoint = "definitions", input = GetUrl)]
pub async fn definitions() -> Result<String, AppError> {
    static HTML: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| html(include_str!("../../../docs/METRICS.md")));
    Ok(HTML.clone())
}

/// Markdown of our own as HTML. The page has a title of its own, so the document's headings go one level down.
#[cfg(feature = "ssr")]
fn html(markdown: &str) -> String {
    use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

    let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    for at in 0..events.len() {
        let anchor = heading_text(&events[at..]).map(|text| slug(&text));
        match events.get_mut(at) {
            Some(Event::Start(Tag::Heading { level, id, .. })) => {
                *id = anchor.map(CowStr::from);
                *level = lower(*level);
            }
            Some(Event::End(TagEnd::Heading(level))) => *level = lower(*level),
            _ => {}
        }
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    // A wide table scrolls by itself, and can be reached by key to do so.
    return html
        .replace("<table>", "<div class=\"scrolls\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");

    fn heading_text(events: &[Event<'_>]) -> Option<String> {
        let Some(Event::Start(Tag::Heading { .. })) = events.first() else { return None };
        let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        Some(
            inside
                .filter_map(|event| if let Event::Text(t) | Event::Code(t) = event { Some(t.as_ref()) } else { None })
                .collect(),
        )
    }

    fn lower(level: HeadingLevel) -> HeadingLevel {
        match level {
            HeadingLevel::H1 => HeadingLevel::H2,
            HeadingLevel::H2 => HeadingLevel::H3,
            HeadingLevel::H3 => HeadingLevel::H4,
            _ => HeadingLevel::H5,
        }
    }
}

/// The anchor of a heading: lower case, a dash for everything that is no letter and no digit.
#[cfg(feature = "ssr")]
pub(crate) fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_its_words_as_anchor_and_a_table_scrolls() {
        let page = html("# `QA0 Pass` [hrs]\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        assert!(page.starts_with("<h2 id=\"qa0-pass-hrs\"><code>QA0 Pass</code> [hrs]</h2>"), "{page}");
        assert!(page.contains("<div class=\"scrolls\" tabindex=\"0\"><table><thead><tr><th>a</th>"), "{page}");
    }
}

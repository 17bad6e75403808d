//! A drawing as a file of its own.

use charts::lost_time::{Loss, LostTime, svg};
use charts::standalone::standalone;
use charts::theme::{Theme, Token};

#[test]
fn a_file_has_its_colours_in_it_and_a_label_keeps_its_words() {
    let loss = Loss { label: "fill=\"var(--ink)\"".to_owned(), seconds: 3_600, n_findings: 1, href: None };
    let page = svg(&LostTime { title: "Lost".to_owned(), losses: vec![loss] }, 800).unwrap();
    assert!(page.contains("\"var(--ink)\""), "the page's drawing leaves colours to the style sheet");
    let file = standalone(&page, Theme::Print);
    let ink = Token::Ink.rgb(Theme::Print);
    assert!(file.contains(&format!("\"#{:02x}{:02x}{:02x}\"", ink.0, ink.1, ink.2)), "{file}");
    assert!(!file.contains("\"var(--"), "{file}");
    assert!(file.contains("fill=&quot;var(--ink)&quot;"), "a label is text: {file}");
    assert!(file.starts_with("<svg ") && file.contains("xmlns=\"http://www.w3.org/2000/svg\""), "{file}");
}

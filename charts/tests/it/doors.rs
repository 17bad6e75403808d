//! What holds for every chart that has links: text stays text, links stay on this site, no policy is broken.

/// Labels people did not mean well.
pub(crate) const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"/><image href=x onerror=alert(1)>",
    "fill=\"#5D5D00\" &amp; ]]> <!-- </g></svg>",
    "\u{202E}\u{2066}siht daer ton od\u{0}\n\u{FFFE}\r",
    "שלום \u{200F}עולם",
    "𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸𒀸",
];

/// Addresses that would leave this site, or run.
pub(crate) const ELSEWHERE: [&str; 6] =
    ["javascript:alert(1)", "https://example.org/", "//example.org/", "/\\example.org", "data:text/html,x", ""];

/// Nothing in the drawing is markup but what a drawing is made of, and every link is one of `hrefs`.
pub(crate) fn assert_text_stays_text(drawing: &str, hrefs: &[String]) {
    for tag in drawing.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name: String = tag.chars().take_while(|c| !" /".contains(*c)).collect();
        let known = ["", "svg", "title", "desc", "g", "a", "rect", "circle", "text", "polyline", "polygon"];
        assert!(known.contains(&name.as_str()), "<{tag}>");
        for forbidden in ["style=", "url(", " id=", " on"] {
            assert!(!tag.contains(forbidden), "{forbidden} in <{tag}>");
        }
        if let Some((_, href)) = tag.split_once(" href=\"") {
            let (href, _) = href.split_once('"').unwrap();
            let as_text = href.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            assert!(hrefs.contains(&as_text), "{href}");
        }
    }
    assert!(!drawing.contains(['\u{202E}', '\u{2066}', '\u{200F}', '\u{0}', '\u{FFFE}', '\r']));
    assert_eq!(drawing.matches("<svg").count(), 1);
    assert_eq!(drawing.matches("</svg>").count(), 1);
    // Every stand-in became a property of the style sheet.
    assert!(!drawing.contains("\"#5D5D"));
}

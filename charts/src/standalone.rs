//! A drawing of a page as a file of its own: what the style sheet would say is written out.

use crate::theme::{FONT, FONT_FAMILIES, Theme, Token};

/// The element with the colours of a theme in place of the page's properties, for a file that no style sheet goes with.
///
/// Labels cannot hold such a property: they stand between tags, and only whole attribute values are replaced.
pub fn standalone(svg: &str, theme: Theme) -> String {
    let mut file = svg.to_owned();
    for &token in Token::ALL {
        let property = format!("\"var(--{})\"", token.name());
        if file.contains(&property) {
            let colour = token.rgb(theme);
            file = file.replace(&property, &format!("\"#{:02x}{:02x}{:02x}\"", colour.0, colour.1, colour.2));
        }
    }
    // The families in single quotes, as they stand in an attribute.
    file.replace(&format!("\"{FONT}\""), &format!("\"{}\"", FONT_FAMILIES.replace('"', "'")))
}

//! Elements that are filled by hand: each remembers what it says, and only what differs is written into the page.
//!
//! For rows of a table of which hundreds of cells change at a time. A closure, an effect and a subscription for each cell, as
//! everywhere else, take longer than a frame there.

use web_sys::{Element, Node};

/// An element whose only content is a text, and the text that it has.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) shows: Attributes,
    /// The node of the text, from the first on: to change it costs the browser less than to put another in its place.
    node: Option<Node>,
    text: String,
}

impl Words {
    pub(crate) fn of(element: Element) -> Self {
        Self { shows: Attributes::of(element), node: None, text: String::new() }
    }

    /// Says the text.
    pub(crate) fn say(&mut self, text: &str) {
        if self.text == text {
            return;
        }
        match &self.node {
            Some(node) => node.set_node_value(Some(text)),
            None => {
                self.shows.set_text_content(Some(text));
                self.node = self.shows.first_child();
            }
        }
        text.clone_into(&mut self.text);
    }
}

/// An element, and the attributes that were given to it.
#[derive(Debug)]
pub(crate) struct Attributes {
    element: Element,
    given: Vec<(&'static str, String)>,
}

impl Attributes {
    pub(crate) fn of(element: Element) -> Self {
        Self { element, given: Vec::new() }
    }

    /// Shows the element, or hides it, whichever the page did when it came.
    #[cfg(not(feature = "ssr"))]
    pub(crate) fn show(&self, is_shown: bool) {
        let is_hidden = self.element.has_attribute("hidden");
        if is_shown == is_hidden {
            // A browser refuses an attribute only when its name is no name.
            let _ = self.element.toggle_attribute_with_force("hidden", !is_shown);
        }
    }

    /// Gives an attribute its value, or takes it away. A browser refuses one only when its name is no name.
    pub(crate) fn set(&mut self, name: &'static str, value: Option<&str>) {
        let known = self.given.iter().position(|(given, _)| *given == name);
        match (known, value) {
            (Some(at), Some(value)) if self.given[at].1 == value => {}
            (Some(at), Some(value)) => {
                let _ = self.element.set_attribute(name, value);
                value.clone_into(&mut self.given[at].1);
            }
            (None, Some(value)) => {
                let _ = self.element.set_attribute(name, value);
                self.given.push((name, value.to_owned()));
            }
            (Some(at), None) => {
                let _ = self.element.remove_attribute(name);
                self.given.swap_remove(at);
            }
            (None, None) => {}
        }
    }
}

impl std::ops::Deref for Attributes {
    type Target = Element;

    fn deref(&self) -> &Element {
        &self.element
    }
}

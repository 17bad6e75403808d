//! Class and priority, each as a word with a shape: the shape is for the quick eye, the word for everybody.

use domain::findings::{Class, Priority};
use leptos::prelude::*;

/// `▮ GAP` or `▲ USER ERROR`.
pub fn class_word(class: Class) -> impl IntoView {
    view! { <span class=shape_of(class)>{class.label()}</span> }
}

/// The classes of an element that shows the shape of a class.
pub const fn shape_of(class: Class) -> &'static str {
    match class {
        Class::Gap => "class gap",
        Class::UserError => "class user-error",
    }
}

/// One to four bars and the word; `None` has the outline alone.
pub fn priority_word(priority: Priority) -> impl IntoView {
    view! { <span class=bars_of(priority)>{priority.label()}</span> }
}

/// The classes of an element that shows the bars of a priority.
pub const fn bars_of(priority: Priority) -> &'static str {
    match priority {
        Priority::Blocker => "priority blocker",
        Priority::High => "priority high",
        Priority::Medium => "priority medium",
        Priority::Low => "priority low",
        Priority::None => "priority none",
    }
}

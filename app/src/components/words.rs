//! Class and priority, each as a word with a shape: the shape is for the quick eye, the word for everybody.

use domain::findings::{Class, Priority};
use leptos::prelude::*;

/// `▮ GAP` or `▲ USER ERROR`.
pub fn class_word(class: Class) -> impl IntoView {
    let shape = match class {
        Class::Gap => "class gap",
        Class::UserError => "class user-error",
    };
    view! { <span class=shape>{class.label()}</span> }
}

/// One to four bars and the word; `None` has the outline alone.
pub fn priority_word(priority: Priority) -> impl IntoView {
    let bars = match priority {
        Priority::Blocker => "priority blocker",
        Priority::High => "priority high",
        Priority::Medium => "priority medium",
        Priority::Low => "priority low",
        Priority::None => "priority none",
    };
    view! { <span class=bars>{priority.label()}</span> }
}

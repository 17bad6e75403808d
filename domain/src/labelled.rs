//! Words of the log as types: each variant has one exact spelling, and nothing else reads.

/// Makes an enum whose variants have exact labels, with `ALL`, `label`, `Display`, `FromStr` and serde by label.
macro_rules! labelled {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $label:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The exact spelling.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.label())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::labelled::UnknownLabel;
            fn from_str(label: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.label() == label).ok_or($crate::labelled::UnknownLabel {
                    what: $what,
                    known: &[$($label),+],
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::labelled::UnknownLabel;
            fn try_from(label: String) -> Result<Self, Self::Error> { label.parse() }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self { value.label().to_owned() }
        }
    };
}
pub(crate) use labelled;

/// A text that is none of the known labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLabel {
    /// What the label was to name, such as `shift kind`.
    pub what: &'static str,
    /// The labels that would read.
    pub known: &'static [&'static str],
}

impl std::fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown {}; it is one of {}", self.what, self.known.join(", "))
    }
}

impl std::error::Error for UnknownLabel {}

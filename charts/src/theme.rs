//! The theme: every colour and every size of type, for the charts and for the page around them.
//!
//! A [`Token`] says what a colour is for; a [`Theme`] says which colour that is. Charts name tokens only. In the browser a token
//! is a custom property (`var(--owner-pass)`), so that one drawing follows light, dark, night and print without being drawn
//! again; [`css`] writes those properties and `style/tokens.css` is exactly its output.
//!
//! Owners of time start from Okabe and Ito's palette ("Color Universal Design", 2008) and were moved, by search, until the
//! eleven that are filled stay apart for normal, protan, deutan and tritan eyes, in light and in dark, at 3:1 against the page.
//! The night theme keeps blue low for eyes adapted to the dark and cannot keep hues apart: there, as on grey paper, the owner's
//! letters ([`letters`]) tell. Tests hold all of this.

use std::fmt::Write as _;

use domain::findings::Priority;
use domain::ledger::Owner;
use plotters::style::RGBColor;

/// The surroundings a colour is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Day.
    Light,
    /// A lit control room.
    Dark,
    /// A dark one: dim, little blue.
    Night,
    /// White paper.
    Print,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Night, Self::Print];
}

/// Makes [`Token`] from one table, so that no token can lack a name or a colour.
macro_rules! tokens {
    ($($(#[$doc:meta])* $token:ident = $name:literal: $light:literal $dark:literal $night:literal $print:literal;)+) => {
        /// What a colour is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Token { $($(#[$doc])* $token),+ }

        impl Token {
            /// Every token, in the order of the style sheet.
            pub const ALL: &'static [Self] = &[$(Self::$token),+];

            /// Its name in the style sheet, without the two dashes.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$token => $name),+ }
            }

            /// `0xRRGGBB`
            const fn hex(self, theme: Theme) -> u32 {
                match (self, theme) {
                    $((Self::$token, Theme::Light) => $light,
                      (Self::$token, Theme::Dark) => $dark,
                      (Self::$token, Theme::Night) => $night,
                      (Self::$token, Theme::Print) => $print,)+
                }
            }
        }
    };
}

tokens! {
    //                                          light    dark     night    print
    /// Behind everything.
    Ground = "ground":                          0xF7F8F9 0x14171B 0x0E0A06 0xFFFFFF;
    /// Panels and rows.
    Surface = "surface":                        0xFFFFFF 0x1C2025 0x17110B 0xFFFFFF;
    /// Fields, heads of tables, unused plot area.
    Sunken = "sunken":                          0xECEEF1 0x101216 0x0A0704 0xF2F2F2;
    /// A row under the pointer.
    Hover = "hover":                            0xF0F2F5 0x23282E 0x1F170E 0xFFFFFF;
    /// Hairlines that separate and say nothing.
    Line = "line":                              0xDFE2E6 0x2B3037 0x2E2315 0xD0D0D0;
    /// Lines that say something: borders of fields, axes.
    LineStrong = "line-strong":                 0x7F868F 0x79828D 0x95713F 0x707070;
    /// The light grid behind a plot.
    Grid = "grid":                              0xE4E7EB 0x272C33 0x261C11 0xDDDDDD;
    /// Text.
    Ink = "ink":                                0x14181D 0xE6E9ED 0xD9A45C 0x000000;
    /// Text of second rank.
    Ink2 = "ink-2":                             0x454C55 0xB4BBC4 0xC08F4E 0x2A2A2A;
    /// Text of third rank: units, hints.
    Ink3 = "ink-3":                             0x606771 0x97A0AB 0xA67D46 0x4A4A4A;
    /// The chosen, the link, the cursor.
    Accent = "accent":                          0x6A3DE8 0xAE95FB 0xFF7A3C 0x5A2FD0;
    /// Text on the accent.
    AccentInk = "accent-ink":                   0xFFFFFF 0x15101F 0x140A03 0xFFFFFF;
    /// Behind what is chosen.
    AccentSoft = "accent-soft":                 0xEEE9FD 0x2C2546 0x33190B 0xEEEAFB;
    /// The ring around what has the focus.
    Focus = "focus":                            0x6A3DE8 0xAE95FB 0xFF7A3C 0x5A2FD0;
    /// Text that says something failed.
    Bad = "bad":                                0xB3261E 0xFF8A80 0xF0642C 0x8C1D18;
    /// Text that warns.
    Warn = "warn":                              0x8A5A00 0xE8B04A 0xD8922A 0x6B4700;
    /// Text that says something went well.
    Good = "good":                              0x00714F 0x4CC79A 0xA3A344 0x005C40;
    /// Priority Blocker.
    PriorityBlocker = "priority-blocker":       0xA3123F 0xFF7F9B 0xF0642C 0x8A0F35;
    /// Priority High.
    PriorityHigh = "priority-high":             0xB14100 0xFF9A5C 0xE08430 0x8F3500;
    /// Priority Medium.
    PriorityMedium = "priority-medium":         0x7D6000 0xE2C24A 0xC99A3A 0x655000;
    /// Priority Low.
    PriorityLow = "priority-low":               0x3B6288 0x8FB8DE 0xA98A50 0x2D4C6B;
    /// Priority None: a value, not an absence.
    PriorityNone = "priority-none":             0x606771 0x97A0AB 0xA67D46 0x4A4A4A;
    /// QA0 Pass.
    Pass = "owner-pass":                        0x008560 0x2FBF8F 0x8FA03A 0x008560;
    /// QA0 Pending.
    Pending = "owner-pending":                  0x3492DA 0x7CC4F8 0xC7B560 0x3492DA;
    /// QA0 SemiPass.
    SemiPass = "owner-semipass":                0xC97A00 0xF0A01E 0xD98A1E 0xC97A00;
    /// QA0 Fail.
    Fail = "owner-fail":                        0x8D2610 0xE0520F 0xD2461A 0x8D2610;
    /// PI execution without QA0.
    WithoutQa0 = "owner-without-qa0":           0x312D28 0xD0CAC4 0x8C8060 0x312D28;
    /// Calibration that succeeded.
    Calibration = "owner-calibration":          0x0B4F8A 0x2F80D8 0x748344 0x0B4F8A;
    /// Any other calibration.
    CalibrationOther = "owner-calibration-other": 0x636498 0x626996 0xA89A52 0x636498;
    /// Test.
    Test = "owner-test":                        0x661E58 0xCE8DC6 0xC0704A 0x661E58;
    /// Weather downtime.
    Weather = "owner-weather":                  0x868C98 0x82868E 0xA08A6A 0x868C98;
    /// Technical downtime.
    Technical = "owner-technical":              0x5C5152 0x8D6159 0xB06A42 0x5C5152;
    /// Scheduling downtime.
    Scheduling = "owner-scheduling":            0x7C6C0A 0xFDDC67 0xD9B13A 0x7C6C0A;
    /// Handover: its outline, the plot fills it with the sunken ground.
    Handover = "owner-handover":                0x7F868F 0x79828D 0x95713F 0x707070;
    /// Idle: its hatching.
    Idle = "owner-idle":                        0x878E98 0x747D88 0x7A5C35 0x808080;
    /// Letters on QA0 Pass.
    OnPass = "on-owner-pass":                   0xFFFFFF 0x0B0D10 0x0A0704 0xFFFFFF;
    /// Letters on QA0 Pending.
    OnPending = "on-owner-pending":             0x0B0D10 0x0B0D10 0x0A0704 0x000000;
    /// Letters on QA0 SemiPass.
    OnSemiPass = "on-owner-semipass":           0x0B0D10 0x0B0D10 0x0A0704 0x000000;
    /// Letters on QA0 Fail.
    OnFail = "on-owner-fail":                   0xFFFFFF 0x0B0D10 0x0A0301 0xFFFFFF;
    /// Letters on PI without QA0.
    OnWithoutQa0 = "on-owner-without-qa0":      0xFFFFFF 0x0B0D10 0x0A0704 0xFFFFFF;
    /// Letters on a calibration.
    OnCalibration = "on-owner-calibration":     0xFFFFFF 0x0B0D10 0x0A0704 0xFFFFFF;
    /// Letters on any other calibration.
    OnCalibrationOther = "on-owner-calibration-other": 0xFFFFFF 0xFFFFFF 0x0A0704 0xFFFFFF;
    /// Letters on a test.
    OnTest = "on-owner-test":                   0xFFFFFF 0x0B0D10 0x0A0704 0xFFFFFF;
    /// Letters on weather.
    OnWeather = "on-owner-weather":             0x0B0D10 0x0B0D10 0x0A0704 0x000000;
    /// Letters on a technical downtime.
    OnTechnical = "on-owner-technical":         0xFFFFFF 0xFFFFFF 0x0A0301 0xFFFFFF;
    /// Letters on a scheduling downtime.
    OnScheduling = "on-owner-scheduling":       0xFFFFFF 0x0B0D10 0x0A0704 0xFFFFFF;
    /// Letters on handover.
    OnHandover = "on-owner-handover":           0x0B0D10 0x0B0D10 0x0A0301 0xFFFFFF;
    /// Letters on idle.
    OnIdle = "on-owner-idle":                   0x0B0D10 0x0B0D10 0xFFE0B0 0x000000;
    /// A share up to a fifth.
    Share1 = "share-1":                         0xD0E6EA 0x1C3339 0x2A1B0B 0xD9D9D9;
    /// A share up to two fifths.
    Share2 = "share-2":                         0x9FCCD4 0x28505B 0x3F2A12 0xB5B5B5;
    /// A share up to three fifths.
    Share3 = "share-3":                         0x65A9B5 0x346C79 0x543818 0x8C8C8C;
    /// A share up to four fifths; and a length of time that no owner has.
    Share4 = "share-4":                         0x2A7886 0x62B1C1 0xA8752F 0x616161;
    /// A share up to the whole.
    Share5 = "share-5":                         0x0C4A57 0xA4E2EC 0xCF9746 0x303030;
}

impl Token {
    /// The colour of a share, in fifths of the whole; a share of nothing is the sunken ground. Darker on paper and by day,
    /// brighter in the dark: what is more stands out more.
    pub const fn share(fifths: u8) -> Self {
        match fifths {
            0 => Self::Sunken,
            1 => Self::Share1,
            2 => Self::Share2,
            3 => Self::Share3,
            4 => Self::Share4,
            _ => Self::Share5,
        }
    }

    /// Text on an area in the colour of a share.
    pub const fn on_share(fifths: u8) -> Self {
        if fifths < 4 { Self::Ink } else { Self::Surface }
    }

    /// The colour of an owner of time.
    pub const fn owner(owner: Owner) -> Self {
        match owner {
            Owner::PiPass => Self::Pass,
            Owner::PiPending => Self::Pending,
            Owner::PiSemiPass => Self::SemiPass,
            Owner::PiFail => Self::Fail,
            Owner::PiWithoutQa0 => Self::WithoutQa0,
            Owner::CalibrationSuccess => Self::Calibration,
            Owner::CalibrationOther => Self::CalibrationOther,
            Owner::Test => Self::Test,
            Owner::Weather => Self::Weather,
            Owner::Technical => Self::Technical,
            Owner::Scheduling => Self::Scheduling,
            Owner::Handover => Self::Handover,
            Owner::Idle => Self::Idle,
        }
    }

    /// Text on an area in the owner's colour.
    pub const fn on_owner(owner: Owner) -> Self {
        match owner {
            Owner::PiPass => Self::OnPass,
            Owner::PiPending => Self::OnPending,
            Owner::PiSemiPass => Self::OnSemiPass,
            Owner::PiFail => Self::OnFail,
            Owner::PiWithoutQa0 => Self::OnWithoutQa0,
            Owner::CalibrationSuccess => Self::OnCalibration,
            Owner::CalibrationOther => Self::OnCalibrationOther,
            Owner::Test => Self::OnTest,
            Owner::Weather => Self::OnWeather,
            Owner::Technical => Self::OnTechnical,
            Owner::Scheduling => Self::OnScheduling,
            Owner::Handover => Self::OnHandover,
            Owner::Idle => Self::OnIdle,
        }
    }

    /// The colour of a priority.
    pub const fn priority(priority: Priority) -> Self {
        match priority {
            Priority::Blocker => Self::PriorityBlocker,
            Priority::High => Self::PriorityHigh,
            Priority::Medium => Self::PriorityMedium,
            Priority::Low => Self::PriorityLow,
            Priority::None => Self::PriorityNone,
        }
    }

    /// The colour in a theme.
    pub const fn rgb(self, theme: Theme) -> RGBColor {
        let [_, r, g, b] = self.hex(theme).to_be_bytes();
        RGBColor(r, g, b)
    }
}

/// The short name of an owner: on its area, in the sums, and on grey paper the only way to tell it. Those of domain.md §5
/// where it has one.
pub const fn letters(owner: Owner) -> &'static str {
    match owner {
        Owner::PiPass => "P",
        Owner::PiPending => "Pe",
        Owner::PiSemiPass => "SP",
        Owner::PiFail => "F",
        Owner::PiWithoutQa0 => "PI",
        Owner::CalibrationSuccess => "C",
        Owner::CalibrationOther => "Cx",
        Owner::Test => "TE",
        Owner::Weather => "W",
        Owner::Technical => "T",
        Owner::Scheduling => "Sd",
        Owner::Handover => "HO",
        Owner::Idle => "idle",
    }
}

/// How many of the four bars of its glyph a priority fills.
pub const fn bars(priority: Priority) -> u8 {
    match priority {
        Priority::Blocker => 4,
        Priority::High => 3,
        Priority::Medium => 2,
        Priority::Low => 1,
        Priority::None => 0,
    }
}

/// The sizes of type \[px\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Letters inside a bar, ticks on a phone.
    Tiny,
    /// Axes, units, notes.
    Small,
    /// Tables and controls.
    Text,
    /// Headings of a part.
    Large,
    /// Headings of a page.
    Title,
}

impl Type {
    /// Every size, small to large.
    pub const ALL: [Self; 5] = [Self::Tiny, Self::Small, Self::Text, Self::Large, Self::Title];

    /// The size \[px\].
    pub const fn px(self) -> u32 {
        match self {
            Self::Tiny => 10,
            Self::Small => 11,
            Self::Text => 13,
            Self::Large => 15,
            Self::Title => 19,
        }
    }

    /// Its name in the style sheet, without the two dashes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "type-tiny",
            Self::Small => "type-small",
            Self::Text => "type-text",
            Self::Large => "type-large",
            Self::Title => "type-title",
        }
    }
}

/// The name of the family of type that charts write into `font-family`.
pub(crate) const FONT: &str = "var(--font-ui)";

/// The families that it stands for, the first that there is.
pub(crate) const FONT_FAMILIES: &str =
    "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"DejaVu Sans\", sans-serif";

/// The style sheet of the theme: custom properties, and nothing that selects an element of the page but charts' text.
///
/// Light unless the system asks for dark; `data-theme` on the root element (`light`, `dark`, `night`) outranks the system, and
/// paper outranks both.
pub fn css() -> String {
    let mut css =
        String::from("/* Written by charts/src/theme.rs; a test holds the two equal. Change colours there. */\n");
    let sizes: String = Type::ALL.iter().map(|size| format!("  --{}: {}px;\n", size.name(), size.px())).collect();
    let fonts = format!(
        "  --font-ui: {FONT_FAMILIES};\n  --font-mono: ui-monospace, \"SF Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", monospace;\n"
    );
    let _ = write!(css, ":root {{\n  color-scheme: light;\n{fonts}{sizes}{}}}\n\n", properties(Theme::Light, "  "));
    let dark = properties(Theme::Dark, "    ");
    let _ = write!(
        css,
        "@media (prefers-color-scheme: dark) {{\n  :root:not([data-theme=light]) {{\n    color-scheme: dark;\n{dark}  }}\n}}\n\n"
    );
    for (name, theme) in [("dark", Theme::Dark), ("night", Theme::Night)] {
        let colours = properties(theme, "  ");
        let _ = write!(css, ":root[data-theme={name}] {{\n  color-scheme: dark;\n{colours}}}\n\n");
    }
    // Twice `:root`, to weigh as much as `:root[data-theme=…]` above and, coming later, to win.
    let print = properties(Theme::Print, "    ");
    let _ = write!(css, "@media print {{\n  :root:root {{\n    color-scheme: light;\n{print}  }}\n}}\n\n");
    css.push_str(".chart text {\n  font-variant-numeric: tabular-nums;\n}\n");
    css
}

fn properties(theme: Theme, indent: &str) -> String {
    Token::ALL.iter().map(|&token| format!("{indent}--{}: #{:06x};\n", token.name(), token.hex(theme))).collect()
}

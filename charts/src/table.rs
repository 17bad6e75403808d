//! A chart's numbers as a table, for those who cannot see it and for whoever wants the figures.

/// Every row has as many cells as the head. The first column names the row; the others are numbers, their unit in the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows, in the order of the drawing.
    pub rows: Vec<Vec<Cell>>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What stands there; empty where the drawing is empty.
    pub text: String,
    /// Where the rows behind it are.
    pub href: Option<String>,
}

impl Cell {
    pub(crate) const fn new(text: String) -> Self {
        Self { text, href: None }
    }

    pub(crate) const fn to(href: Option<String>, text: String) -> Self {
        Self { text, href }
    }
}

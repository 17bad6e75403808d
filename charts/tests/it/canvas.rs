//! A backend that keeps pixels, to look at a drawing by program. It cannot measure text: whoever asks it to, fails the test.

use std::convert::Infallible;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind as Error,
};

/// Red, green, blue.
pub(crate) type Rgb = (u8, u8, u8);

pub(crate) struct Canvas {
    width: u32,
    pixels: Vec<Option<Rgb>>,
    pub(crate) texts: Vec<String>,
}

impl Canvas {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self { width, pixels: vec![None; (width * height) as usize], texts: vec![] }
    }

    pub(crate) fn at(&self, x: u32, y: u32) -> Option<Rgb> {
        self.pixels[(y * self.width + x) as usize]
    }

    /// The rows of a column of pixels that have the colour.
    pub(crate) fn rows_with(&self, x: u32, colour: Rgb) -> Vec<u32> {
        let height = u32::try_from(self.pixels.len()).unwrap() / self.width;
        (0..height).filter(|&y| self.at(x, y) == Some(colour)).collect()
    }

    /// The columns of a row of pixels that have the colour.
    pub(crate) fn columns_with(&self, y: u32, colour: Rgb) -> Vec<u32> {
        (0..self.width).filter(|&x| self.at(x, y) == Some(colour)).collect()
    }
}

impl DrawingBackend for Canvas {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width, u32::try_from(self.pixels.len()).unwrap() / self.width)
    }

    fn ensure_prepared(&mut self) -> Result<(), Error<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), Error<Infallible>> {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Result<(), Error<Infallible>> {
        let (width, height) = self.get_size();
        if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
            && x < width
            && y < height
        {
            self.pixels[(y * width + x) as usize] = Some(colour.rgb);
        }
        Ok(())
    }

    /// Like SVG: the lower right corner is not in it.
    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), Error<Infallible>> {
        assert!(fill, "outlines do not lie on the pixels");
        for y in top..bottom {
            for x in left..right {
                self.draw_pixel((x, y), style.color())?;
            }
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, _: &S, _: BackendCoord) -> Result<(), Error<Infallible>> {
        self.texts.push(text.to_owned());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, text: &str, _: &S) -> Result<(u32, u32), Error<Infallible>> {
        panic!("measured {text:?}")
    }
}

//! Pictures of users: read, made small and written anew, so that nothing of the file that was sent is served.
//!
//! Decoding takes memory and time that who sends the file chooses, within limits; so few are decoded at once.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use tokio::sync::Semaphore;

use crate::error::{ApiError, ApiResult};

/// Bytes of a file at most.
pub(crate) const MAX_FILE: usize = 10 * 1024 * 1024;
/// Width and height at most.
const MAX_SIDE: u32 = 10_000;
/// Width times height at most: 100 MB once decoded.
const MAX_PIXELS: u64 = 25_000_000;
/// What a decoder may ask for besides.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of what is kept.
const KEPT_SIDE: u32 = 512;
const JPEG_QUALITY: u8 = 85;
const AT_ONCE: usize = 2;

/// Where pictures are worked on.
#[derive(Debug)]
pub(crate) struct Pictures {
    places: Semaphore,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE) }
    }
}

/// A picture as it is kept.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Why a file is no picture for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Of another format, or broken.
    Unreadable,
    /// More pixels than are decoded.
    TooLarge,
}

impl Pictures {
    /// Makes a picture of a file.
    ///
    /// # Errors
    /// What is wrong with the file; 429 while enough others are at work.
    pub(crate) async fn make(&self, file: Vec<u8>) -> ApiResult<Result<Picture, Unfit>> {
        let Ok(_place) = self.places.try_acquire() else { return Err(ApiError::too_many_requests()) };
        let work = tokio::task::spawn_blocking(move || make(&file));
        work.await.map_err(|_| ApiError::internal("a decoder panicked"))
    }
}

fn make(file: &[u8]) -> Result<Picture, Unfit> {
    let shown = shrink(decode(file)?);
    let mut bytes = Vec::new();
    let (content_type, written) = if shown.color().has_alpha() {
        let rgba = DynamicImage::ImageRgba8(shown.into_rgba8());
        ("image/png", rgba.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png))
    } else {
        let rgb = DynamicImage::ImageRgb8(shown.into_rgb8());
        ("image/jpeg", rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)))
    };
    written.map_err(|_| Unfit::Unreadable)?;
    Ok(Picture { content_type, bytes })
}

/// The pixels, the right way up. What else is in the file, such as where a photo was taken, stays behind.
fn decode(file: &[u8]) -> Result<DynamicImage, Unfit> {
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| Unfit::Unreadable)?;
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| formats.contains(&format)) {
        return Err(Unfit::Unreadable);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| unfit(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Unfit::TooLarge);
    }
    let orientation = decoder.orientation().map_err(|error| unfit(&error))?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    decoded.apply_orientation(orientation);
    Ok(decoded)
}

fn unfit(error: &image::ImageError) -> Unfit {
    match error {
        image::ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Unreadable,
    }
}

fn shrink(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) <= KEPT_SIDE {
        return picture;
    }
    // First roughly, for what is many times too large.
    picture.thumbnail(KEPT_SIDE * 2, KEPT_SIDE * 2).resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    #[test]
    fn every_format_becomes_one_of_two() {
        let opaque = DynamicImage::ImageRgb8(RgbImage::from_pixel(30, 20, Rgb([200, 10, 10])));
        let clear = DynamicImage::ImageRgba8(RgbaImage::new(30, 20));
        for (file, content_type) in [
            (written(&opaque, ImageFormat::Png), "image/jpeg"),
            (written(&opaque, ImageFormat::Jpeg), "image/jpeg"),
            (written(&clear, ImageFormat::Png), "image/png"),
            (written(&clear, ImageFormat::WebP), "image/png"),
        ] {
            let made = make(&file).unwrap();
            assert_eq!(made.content_type, content_type);
            let read = image::load_from_memory(&made.bytes).unwrap();
            assert_eq!((read.width(), read.height()), (30, 20));
        }
    }

    #[test]
    fn large_ones_are_made_small() {
        let wide = DynamicImage::ImageRgb8(RgbImage::new(3_000, 1_500));
        let made = make(&written(&wide, ImageFormat::Jpeg)).unwrap();
        let read = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (512, 256));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let png = written(&DynamicImage::ImageRgb8(RgbImage::new(30, 20)), ImageFormat::Png);
        for file in [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", &png[..png.len() / 2]]
        {
            assert_eq!(make(file).unwrap_err(), Unfit::Unreadable, "{file:?}");
        }
    }

    /// A small file that would be large in memory: only its head is read.
    #[test]
    fn dimensions_are_checked_before_pixels_are_read() {
        let head = |width: u32, height: u32| {
            let mut png = written(&DynamicImage::ImageRgb8(RgbImage::new(1, 1)), ImageFormat::Png);
            png[16..20].copy_from_slice(&width.to_be_bytes());
            png[20..24].copy_from_slice(&height.to_be_bytes());
            let sum = crc32(&png[12..29]);
            png[29..33].copy_from_slice(&sum.to_be_bytes());
            png
        };
        assert_eq!(make(&head(9_000, 9_000)).unwrap_err(), Unfit::TooLarge);
        assert_eq!(make(&head(10_001, 1)).unwrap_err(), Unfit::TooLarge);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
            })
        })
    }
}

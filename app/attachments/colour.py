"""Pixels of any depth and colour model as 8-bit sRGB on white paper."""

from io import BytesIO

from PIL import Image, ImageCms

_RESIZABLE = ("L", "RGB", "CMYK", "RGBA")


def resizable(image: Image.Image) -> Image.Image:
    """The picture as L, RGB, CMYK or RGBA, which can be resampled: palettes, 1 and 16 bits are gone."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _RESIZABLE:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture of `resizable` as RGB without metadata, by its ICC profile where usable, on white paper."""
    if image.mode == "RGBA":
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper.convert("RGB")
    converted = _by_profile(image, profile) if profile else None
    picture = converted or image.convert("RGB")
    picture.info = {}  # Pillow would write a comment found here into the next file
    return picture


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 bits and more. The mode does not tell the white point: it is 255, 65535 or the largest value."""
    import numpy as np  # noqa: PLC0415  few pictures have such greys

    values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0.0, neginf=0.0)
    peak = float(values.max(initial=0.0))
    white = 255.0 if peak <= 255 else max(65535.0, peak)
    return Image.fromarray(np.clip(values * (255.0 / white), 0, 255).astype(np.uint8))


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # damaged, or made for another colour model than the picture's

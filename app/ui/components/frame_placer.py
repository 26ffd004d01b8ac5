"""A frame laid on a picture by hand: four corners to drag."""

from app.ui.mounting import data_url, mounter, nothing

_mount = mounter("frame_placer")


def frame_placer(
    image: bytes, *, key: str, alt: str, corner_labels: tuple[str, str, str, str], label_done: str
) -> object:
    """The four corners [x, y] (0 to 1 of the picture, clockwise from top left) once they are sent, else None.

    Corners are dragged, or moved with the arrow keys. What comes from a browser may be anything: the caller checks it.

    Raises:
        ValueError: the bytes are neither JPEG nor PNG.
    """
    data = {"image": data_url(image), "alt": alt, "corners": list(corner_labels), "done": label_done}
    return _mount(key=key, data=data, on_placed_change=nothing).get("placed")

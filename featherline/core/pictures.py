"""What a command draws where its user said: a .png file, or a page that holds the same picture and says what it is."""

import base64
import html
import io
from typing import TYPE_CHECKING

from featherline.core.errors import FeatherlineError
from featherline.core.outputs import File

if TYPE_CHECKING:  # takes a second to import
    from matplotlib.figure import Figure

_DPI = 110


class Picture(File):
    """A file that ends in .png or .html."""

    def check(self) -> None:
        """Raises `FeatherlineError` as of `File`, and where the name ends otherwise."""
        if self.path.suffix.lower() not in (".png", ".html"):
            raise FeatherlineError(f"{self.path} ends in neither .png nor .html: name a picture or a page.")
        super().check()

    def draw(self, figure: "Figure", title: str, explanation: str) -> None:
        """Writes a figure, as a page with its title and a sentence that says how to read it; raises as `check`."""
        picture = png(figure)
        self.write(picture if self.path.suffix.lower() == ".png" else page(picture, title, explanation))


def png(figure: "Figure") -> bytes:
    """The content of a .png file, equal for equal figures."""
    import matplotlib
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_parse_math(False)  # a dollar in somebody's name begins no formula
    content = io.BytesIO()
    with matplotlib.rc_context({"text.parse_math": False}):
        figure.savefig(content, format="png", dpi=_DPI, metadata={"Software": None})
    return content.getvalue()


def page(picture: bytes, title: str, explanation: str) -> str:
    """One HTML file that needs no other.

    Args:
        picture: the content of a .png file.
        title, explanation: plain text.
    """
    title, explanation = html.escape(title), html.escape(explanation)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<h1>{title}</h1><p>{explanation}</p>"
        f'<img alt="{title}" style="max-width: 100%" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        "</html>\n"
    )

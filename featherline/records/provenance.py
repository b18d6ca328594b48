"""Which recordings stand behind a figure."""

from featherline.records.base import Record


class Provenance(Record):
    """The recordings that an application was trained and tested on.

    Attributes:
        source: `simulated`, `public`, `mirror`, or what the application calls its own.
        groups: how many people, tracks or other groups were recorded.
        items: how many recordings there are.
        hours: how long they last together.
        licence: of the recordings.
        complete: whether all that the source offers was there; None where nobody can tell.
    """

    source: str
    groups: int
    items: int
    hours: float
    licence: str
    complete: bool | None

    @property
    def simulated(self) -> bool:
        return self.source == "simulated"

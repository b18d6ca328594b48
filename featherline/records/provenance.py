"""Which recordings stand behind a figure: data/raw/<application>/provenance.json, and what later records keep of it."""

from featherline.records.base import Record, RecordFile


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


class Origin(Record):
    """An archive or manifest that recordings came in.

    Attributes:
        url: where it is downloaded from; None where it is nowhere to be downloaded.
        file: its name on disk.
        sha256: of its content; None for a folder.
        complete: whether it is the whole official archive; None where nobody can tell.
    """

    url: str | None
    file: str
    sha256: str | None
    complete: bool | None


class Recordings(RecordFile):
    """What the stage fetch says of the recordings that it took.

    Attributes:
        application: its name for people.
        archives: none where the recordings are simulated.
        source, licence, groups, items, hours: as of `Provenance`.
    """

    application: str
    source: str
    archives: tuple[Origin, ...]
    licence: str
    groups: int
    items: int
    hours: float

    @property
    def provenance(self) -> Provenance:
        """What stands beside every figure of these recordings."""
        complete = [archive.complete for archive in self.archives]
        known = bool(complete) and None not in complete
        return Provenance.model_validate(self.model_dump() | {"complete": all(complete) if known else None})

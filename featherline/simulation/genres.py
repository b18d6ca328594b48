"""The rules of ten genres of music, as plain tables.

A pattern is one bar in sixteenths: `.` rests, `-` holds the note before it, `x` and `X`
play (a chord, a stroke; `X` louder), a digit plays that tone of the chord. Chords are
written in C, one a bar. Programs are those of General MIDI, counted from 0.
"""

from dataclasses import dataclass

BORROWED = 0.04
"""How often a part of a track comes from another genre where nobody says otherwise."""

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "M7": (0, 4, 7, 11),
    "dim": (0, 3, 6),
    "5": (0, 7, 12),
}
ROOTS = {"C": 0, "Db": 1, "D": 2, "Eb": 3, "E": 4, "F": 5, "Gb": 6, "G": 7, "Ab": 8, "A": 9, "Bb": 10, "B": 11}

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
BLUES = (0, 3, 5, 6, 7, 10)
PENTATONIC = (0, 2, 4, 7, 9)


@dataclass(frozen=True)
class Style:
    """What the tracks of a genre have in common; a track draws one of each choice.

    Attributes:
        tempo_bpm: slowest and fastest.
        swing: how late the second eighth of a beat comes, in eighths.
        drums: drum -> its patterns.
        chords: progressions.
        comp, bass, lead: patterns of the chords, the bass and the melody.
        scale: semitones that the melody walks on.
        lead_density: share of the melody's notes that are played.
        pad_share: how often long chords lie under it all.
        drive: distortion of the whole, 0 for none.
        bandwidth_hz: range of the cutoff of the record.
    """

    tempo_bpm: tuple[float, float]
    swing: float
    drums: dict[str, tuple[str, ...]]
    chords: tuple[str, ...]
    comp: tuple[str, ...]
    comp_programs: tuple[int, ...]
    bass: tuple[str, ...]
    bass_programs: tuple[int, ...]
    lead: tuple[str, ...]
    lead_programs: tuple[int, ...]
    scale: tuple[int, ...]
    lead_density: float
    pad_share: float = 0.0
    pad_programs: tuple[int, ...] = (48, 89)
    drive: float = 0.0
    bandwidth_hz: tuple[float, float] = (6000, 11000)


def chord_notes(name: str) -> list[int]:
    """Semitones above C of a chord such as `Bbm7`."""
    root = name[:2] if name[1:2] == "b" else name[:1]
    return [ROOTS[root] + interval for interval in QUALITIES[name[len(root) :]]]


GENRES = {
    "blues": Style(
        tempo_bpm=(65, 125),
        swing=0.3,
        drums={
            "kick": ("X.......X.......", "X.....x.X......."),
            "snare": ("....X.......X...", "....X.......X.x."),
            "ride": ("x...x.x.x...x.x.", "................"),
            "hat": ("x.x.x.x.x.x.x.x.", "....x.......x..."),
        },
        chords=("C7 F7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7", "C7 C7 C7 C7 F7 F7 C7 C7 G7 F7 C7 C7", "Cm7 Cm7 Fm7 Cm7 G7 Cm7"),
        comp=("x-x-x-x-x-x-x-x-", "..x-..x-..x-..x-", "1-5-1-7-1-5-1-7-"),
        comp_programs=(25, 26, 27, 0, 16),
        bass=("1---3---5---7---", "1-1-3-3-5-5-7-5-", "1---1---5---5---"),
        bass_programs=(32, 33, 34),
        lead=("x-x-x---..x-x---", "..x-x-x-x---....", "x---x-x-x-....x-"),
        lead_programs=(22, 26, 27, 29, 66),
        scale=BLUES,
        lead_density=0.75,
        drive=0.1,
        bandwidth_hz=(3500, 9000),
    ),
    "classical": Style(
        tempo_bpm=(55, 140),
        swing=0.0,
        drums={},
        chords=("C F G C Am Dm G C", "Cm Fm G Cm Ab Fm G Cm", "C G Am E F C F G", "Am E Am Dm G C E Am"),
        comp=("1.5.3.5.1.5.3.5.", "1-3-5-8-5-3-5-3-", "X---------------", "1---3---5---3---"),
        comp_programs=(0, 6, 46, 48, 49),
        bass=("1---------------", "1-------5-------", "1---3---5---3---"),
        bass_programs=(42, 43, 48, 0),
        lead=("x---x-x-x---x---", "xxxxx-x-xxxxx-x-", "x-------x---x---"),
        lead_programs=(40, 68, 71, 73, 0, 48),
        scale=MAJOR,
        lead_density=0.85,
        pad_share=0.5,
        pad_programs=(48, 49, 42),
        bandwidth_hz=(4000, 10000),
    ),
    "country": Style(
        tempo_bpm=(85, 165),
        swing=0.08,
        drums={
            "kick": ("X.......X.......", "X.......X.x....."),
            "snare": ("....x.......x...", "..x...x...x...x."),
            "hat": ("x.x.x.x.x.x.x.x.", "................"),
        },
        chords=("C C F C C C G C", "C F C G C F G C", "G G C G D D G G", "C Am F G"),
        comp=("..x-..x-..x-..x-", "1.x.5.x.1.x.5.x.", "x-xxx-xxx-xxx-xx"),
        comp_programs=(24, 25, 105, 27),
        bass=("1---....5---....", "1---5---1---5---"),
        bass_programs=(32, 33),
        lead=("x-x-x-x-x---....", "..x-x-x-x-x-x---", "x-------x---x---"),
        lead_programs=(110, 25, 105, 22, 26),
        scale=PENTATONIC,
        lead_density=0.7,
        bandwidth_hz=(5000, 10500),
    ),
    "disco": Style(
        tempo_bpm=(108, 130),
        swing=0.0,
        drums={
            "kick": ("X...X...X...X...",),
            "snare": ("....X.......X...",),
            "clap": ("....X.......X...", "................"),
            "open": ("..x...x...x...x.", "..X...X...X...X."),
            "hat": ("x.x.x.x.x.x.x.x.", "xxxxxxxxxxxxxxxx"),
        },
        chords=("Am7 Dm7 G7 CM7", "Cm7 Cm7 Fm7 G7", "Dm7 G7 CM7 Am7", "Am F G Em"),
        comp=("..x...x...x...x.", "x..x..x.x..x..x.", "xx.xxx.xxx.xxx.x"),
        comp_programs=(27, 28, 4, 61, 48),
        bass=("1.8.1.8.1.8.1.8.", "1..11.8.1..15.8."),
        bass_programs=(33, 34, 36, 38),
        lead=("x---x---x-x-x---", "....x-x-x---....", "x---------------"),
        lead_programs=(48, 61, 81, 52),
        scale=MINOR,
        lead_density=0.6,
        pad_share=0.6,
        pad_programs=(48, 49, 50),
    ),
    "hiphop": Style(
        tempo_bpm=(78, 108),
        swing=0.12,
        drums={
            "kick": ("X..x..X...X.....", "X.....X..X......", "X.X.......X..x.."),
            "snare": ("....X.......X...", "................"),
            "clap": ("....X.......X...",),
            "hat": ("x.x.x.x.x.x.x.xx", "xxxxxxxxxxxxxxxx", "x.xxx.x.x.xxx.x."),
        },
        chords=("Cm Cm Cm Ab", "Am Am F E", "Cm7 Fm7", "Dm Dm Bb A"),
        comp=("x...............", "1...5...8...5...", "x-....x-........"),
        comp_programs=(4, 0, 11, 48, 81),
        bass=("1-----1---1-----", "1-..1-....1-....", "1-------..1---5-"),
        bass_programs=(38, 39, 33),
        lead=("x..x..x.........", "........x-x-x---", "x...x...x...x..."),
        lead_programs=(80, 81, 73, 85),
        scale=MINOR,
        lead_density=0.35,
        pad_share=0.3,
        drive=0.15,
    ),
    "jazz": Style(
        tempo_bpm=(85, 210),
        swing=0.32,
        drums={
            "kick": ("x.......x.......", "................"),
            "ride": ("X...X.x.X...X.x.", "x...x.x.x...x.x."),
            "hat": ("....x.......x...",),
            "rim": ("................", "..............x."),
        },
        chords=("Dm7 G7 CM7 A7", "CM7 Am7 Dm7 G7", "Cm7 F7 BbM7 EbM7 Dm7 G7 Cm7 Cm7", "FM7 Gm7 C7 FM7"),
        comp=("..x.......x.....", "x.....x.........", "......x-....x-.."),
        comp_programs=(0, 0, 26, 11, 4),
        bass=("1---3---5---7---", "1---5---3---7---", "8---7---5---3---"),
        bass_programs=(32,),
        lead=("x-x-x-x-x-x-x-x-", "..x-x-x-x---x-x-", "x---x-x-..x-x-x-"),
        lead_programs=(56, 65, 66, 71, 0, 26, 59),
        scale=DORIAN,
        lead_density=0.7,
        bandwidth_hz=(4000, 10000),
    ),
    "metal": Style(
        tempo_bpm=(105, 190),
        swing=0.0,
        drums={
            "kick": ("X.X.X.X.X.X.X.X.", "X" * 16, "X..XX..XX..XX..X"),
            "snare": ("....X.......X...", "..X...X...X...X."),
            "open": ("X...X...X...X...", "X.X.X.X.X.X.X.X."),
        },
        chords=("E5 E5 G5 D5", "E5 F5 E5 Bb5", "A5 F5 G5 E5", "C5 Db5 C5 Ab5"),
        comp=("xxxxxxxxxxxxxxxx", "x-xxx-xxx-xxx-xx", "X---X---xxxxX---"),
        comp_programs=(30, 30, 29),
        bass=("1.1.1.1.1.1.1.1.", "1111111111111111"),
        bass_programs=(34, 33),
        lead=("xxxxxxxxxxxxxxxx", "x-------x-------", "................"),
        lead_programs=(30, 29),
        scale=MINOR,
        lead_density=0.5,
        drive=0.6,
        bandwidth_hz=(7000, 11000),
    ),
    "pop": Style(
        tempo_bpm=(88, 132),
        swing=0.0,
        drums={
            "kick": ("X.......X.......", "X...X...X...X...", "X..x....X.x....."),
            "snare": ("....X.......X...",),
            "clap": ("................", "....x.......x..."),
            "hat": ("x.x.x.x.x.x.x.x.", "..x...x...x...x."),
        },
        chords=("C G Am F", "Am F C G", "F G Am C", "C Am F G"),
        comp=("x---x---x---x---", "x-x-x-x-x-x-x-x-", "1-5-8-5-1-5-8-5-", "X---------------"),
        comp_programs=(0, 4, 25, 27, 81, 88),
        bass=("1-1-1-1-1-1-1-1-", "1---..1-1---....", "1-------1-------"),
        bass_programs=(33, 38, 39),
        lead=("x-x-x---x-x-x---", "x---x-x-x-------", "..x-x-x-x---x---"),
        lead_programs=(52, 53, 80, 85, 54),
        scale=MAJOR,
        lead_density=0.7,
        pad_share=0.5,
        pad_programs=(48, 50, 89),
        drive=0.15,
    ),
    "reggae": Style(
        tempo_bpm=(62, 92),
        swing=0.1,
        drums={
            "kick": ("........X.......", "X...X...X...X..."),
            "rim": ("........X.......", "....x.......x..."),
            "hat": ("x.x.x.x.x.x.x.x.", "..x...x...x...x."),
            "shaker": ("................", "x.x.x.x.x.x.x.x."),
        },
        chords=("C F C F", "Am Dm Am G", "C G Am F", "Am Em Am Em"),
        comp=("....x.......x...", "..x...x...x...x.", "....xx......xx.."),
        comp_programs=(27, 28, 16, 0),
        bass=("1---..3-5---....", "..1-1---..5-3---", "1-1-....5-3-1---"),
        bass_programs=(33, 32, 38),
        lead=("x---x---....x---", "....x-x-x---....", "x-------........"),
        lead_programs=(16, 56, 61, 52),
        scale=PENTATONIC,
        lead_density=0.4,
        bandwidth_hz=(4500, 10500),
    ),
    "rock": Style(
        tempo_bpm=(95, 160),
        swing=0.0,
        drums={
            "kick": ("X.......X.......", "X.....x.X.......", "X.x.....X.x....."),
            "snare": ("....X.......X...",),
            "hat": ("x.x.x.x.x.x.x.x.", "................"),
            "ride": ("................", "x.x.x.x.x.x.x.x."),
        },
        chords=("C5 G5 A5 F5", "A5 D5 A5 E5", "C Bb F C", "E5 G5 A5 E5"),
        comp=("x-x-x-x-x-x-x-x-", "X---..x-X---....", "x-xxx-xxx-xxx-xx"),
        comp_programs=(29, 30, 27, 25),
        bass=("1-1-1-1-1-1-1-1-", "1---1-1-1---1-1-"),
        bass_programs=(33, 34),
        lead=("x---x-x-x---x---", "..x-x-x-x---....", "x-------x---x---"),
        lead_programs=(29, 30, 52, 27),
        scale=BLUES,
        lead_density=0.55,
        drive=0.35,
        bandwidth_hz=(6000, 11000),
    ),
}

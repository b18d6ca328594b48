"""The pages of docs/try/ as a browser runs them: from a file and from localhost, by files, motion and a microphone."""

import base64
import functools
import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import Phase, given, seed, settings

from featherline.applications.sources import unpack
from featherline.core.errors import FeatherlineError
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.prediction.recordings import Options, read
from featherline.signals import motion
from tests.browser import CHROMIUM, Browser, browsing
from tests.importing import hostile

ROOT = Path(__file__).resolve().parents[2]
TRY = ROOT / "docs" / "try"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

READY = "document.getElementById('here').textContent !== '…'"
DECISIONS = "windows.map((one) => one.decision)"
FEATURES = "windows.map((one) => Array.from(one.features))"
OUTPUTS = "windows.map((one) => Array.from(one.output))"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
G_M_S2 = 9.80665
HOSTILE = 120  # recordings of each kind


def text(browser: Browser, part: str) -> str:
    """What a part of the page says; nothing where it is hidden."""
    return str(browser.run(f"document.getElementById({part!r}).innerText"))


def opened(browser: Browser, address: str) -> Browser:
    """Goes to a page of a model and waits until that is loaded."""
    browser.open(address)
    browser.wait(READY)
    return browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """docs/try/ with scripts that are no modules, so that tests see their variables."""
    folder = tmp_path_factory.mktemp("try")
    for path in TRY.rglob("*.html"):
        copy = folder / path.relative_to(TRY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        html = path.read_text(encoding="utf-8").replace('<script type="module">', "<script>")
        copy.write_text(html, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started
        assert started.faults == []


@pytest.fixture(scope="module")
def opened_motion_page(browser, pages) -> Browser:
    return opened(browser, (pages / "motionsense/index.html").as_uri())


@pytest.fixture
def motion_page(opened_motion_page) -> Browser:
    """The page with nothing going on."""
    opened_motion_page.run("halt(''); problem(null); remarks([])")
    return opened_motion_page


def walk(rate_hz: float, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Times in s that jitter, and acceleration in g of somebody who stands and then walks: shape (samples, 3)."""
    rng = np.random.default_rng(7)
    times = np.arange(int(rate_hz * seconds)) / rate_hz
    times[1:] += rng.uniform(-0.2, 0.2, len(times) - 1) / rate_hz
    step = (times > seconds / 2) * np.sin(2 * np.pi * 1.9 * times)
    swing = np.outer(step, [0.3, 0.5, 0.2]) + rng.normal(scale=0.02, size=(len(times), 3))
    return times, swing + [0.1, -0.97, 0.2]


def give(browser: Browser, times: np.ndarray, acceleration: np.ndarray) -> None:
    """Motion events with the time stamps of a phone, all at once."""
    rows = np.column_stack([1000 * times + 5000, acceleration]).round(6).tolist()
    browser.run(
        f"""for (const [stamp, x, y, z] of {json.dumps(rows)}) {{
          const event = new DeviceMotionEvent("devicemotion", {{ accelerationIncludingGravity: {{ x, y, z }} }});
          Object.defineProperty(event, "timeStamp", {{ value: stamp }});
          dispatchEvent(event);
        }}"""
    )


def begin(browser: Browser) -> None:
    browser.run("document.getElementById('live').click()")
    browser.wait("Boolean(stop)")


def predicted(app: str, path: Path) -> tuple[np.ndarray, list[int]]:
    """Features and decisions that `featherline predict` has for a file."""
    fitted = models.find(app)
    program = Program(fitted.model, fitted.front_end)
    samples = read(path, fitted, Options()).samples
    return program.features(samples), program.run(samples).decisions.tolist()


def drop(browser: Browser, path: Path) -> str:
    """Opens a file; returns what the page says was wrong with it, or nothing."""
    browser.run("status('waits')")
    browser.choose("#file", path)
    said = "document.getElementById('problem').innerText"
    browser.wait(f"{said} || /windows?:/.test(document.getElementById('status').textContent)")
    return text(browser, "problem")


def check_as_predicted(browser: Browser, app: str, path: Path) -> None:
    assert drop(browser, path) == ""
    features, decisions = predicted(app, path)
    error = np.array(browser.run(FEATURES)) - features
    assert np.abs(error).max() <= 1 and np.mean(error != 0) < 0.001
    assert browser.run(DECISIONS) == decisions and len(decisions) > 1


# --- motion ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [50, 60, 120])
def test_a_dropped_csv_is_told_as_predict_tells_it(motion_page, tmp_path, rate_hz):
    times, acceleration = walk(rate_hz, 24)
    content = np.column_stack([times, acceleration * G_M_S2])
    motion.write_columns(tmp_path / "walk.csv", ["time", "ax", "ay", "az"], content, 6)
    check_as_predicted(motion_page, "motionsense", tmp_path / "walk.csv")
    assert "Its unit was taken to be m/s2" in text(motion_page, "remarks")
    # The slider goes from window to window.
    motion_page.run("part('window').value = windows.length - 1; part('window').oninput({ target: part('window') })")
    assert text(motion_page, "moment").endswith(f"{motion_page.run('windows.at(-1).end.toFixed(2)')} s")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", "a,b\n1,2\n", "has no columns for three axes (its first line holds a, b)"),
        ("b.csv", "x,y\n0,1\n0,1\n", "has no columns for three axes"),
        ("c.csv", "t,x,y,z\n" + "".join(f"{i / 20},0,0,1\n" for i in range(400)), "needs 50 or more: record faster"),
        ("d.csv", "x,y,z\n" + "0,0,1\n" * 100, "lasts 2.00 s, and a window of this model 7.68 s"),
        ("e.csv", "x,y,z\n0,0,1\n0,left,1\n", 'line 3: y is "left", which is no number'),
        ("f.csv", "t,x,y,z\n1,0,0,1\n0,0,0,1\n", "line 3: the time 0 is not after the one before it (1)"),
        ("g.csv", "x,y,z\n" + "0,0,90\n" * 500, "which is 1 g in no unit that is known (g, mg, m/s2)"),
        ("h.csv", "", "its first line holds nothing"),
        ("i.wav", "RIFF\0\0\0\0WAVE", "is no CSV, and this model listens to an accelerometer"),
    ],
)
def test_a_csv_that_is_none_is_refused_in_one_sentence(motion_page, tmp_path, name, content, sentence):
    (tmp_path / name).write_text(content)
    said = drop(motion_page, tmp_path / name)
    assert said.startswith(name) and sentence in said and said.endswith(".") and text(motion_page, "status") == ""


@pytest.mark.parametrize(("phone", "sign"), [("android", -1), ("iphone", 1)])
def test_motion_events_are_told_whatever_their_rate_unit_and_sign(motion_page, phone, sign):
    motion_page.call("Network.setUserAgentOverride", userAgent=IPHONE if phone == "iphone" else "Android")
    times, acceleration = walk(60, 24)
    begin(motion_page)
    give(motion_page, times, sign * G_M_S2 * acceleration)
    assert "gives about 60" in text(motion_page, "remarks") and "m/s²" in text(motion_page, "remarks")
    assert ("iOS, as in MotionSense" if phone == "iphone" else "turned around") in text(motion_page, "remarks")
    live, outputs = motion_page.run(FEATURES), motion_page.run(OUTPUTS)
    mean = motion_page.run("[0, 1, 2].map((k) => envelope.low[k].slice(0, 200).reduce((a, b) => a + b) / 200 / 4096)")
    np.testing.assert_allclose(mean, [0.1, -0.97, 0.2], atol=0.02)  # the signs of iOS
    assert len(live) > 2 and len({tuple(output) for output in outputs}) > 1


def test_a_pause_of_the_sensor_begins_anew_and_a_slow_sensor_is_refused(motion_page):
    times, acceleration = walk(100, 12)
    begin(motion_page)
    give(motion_page, np.concatenate([times, times + 20]), np.concatenate([acceleration, acceleration]))
    assert "paused for 8.0 s: it began anew" in text(motion_page, "remarks")
    assert motion_page.run("windows.length") in (1, 2)  # of the second part alone
    motion_page.run("halt('')")
    begin(motion_page)
    give(motion_page, *walk(20, 4))
    assert "gives about 20 samples a second, and this model needs 50" in text(motion_page, "problem")
    assert motion_page.run("stop === null")


def test_events_without_numbers_are_no_sensor(motion_page):
    # Three seconds without a number pass a hundred times as fast.
    motion_page.run("unhurried = setTimeout; setTimeout = (work, ms) => unhurried(work, ms / 100)")
    begin(motion_page)
    motion_page.run("setTimeout = unhurried")
    motion_page.run("dispatchEvent(new DeviceMotionEvent('devicemotion', {}))")
    said = motion_page.wait("document.getElementById('problem').innerText")
    assert said.startswith("This device gives no acceleration") and said.endswith("drop a CSV of a recording.")


def test_ios_is_asked_for_permission_after_the_tap(motion_page):
    motion_page.run("DeviceMotionEvent.requestPermission = async () => 'denied'; part('live').click()")
    assert motion_page.wait("document.getElementById('problem').innerText").startswith("Motion was denied: ")
    motion_page.run("DeviceMotionEvent.requestPermission = async () => 'granted'")
    begin(motion_page)
    motion_page.run("delete DeviceMotionEvent.requestPermission")


def test_http_is_told_to_be_too_little(browser, pages):
    # A page of http that is not of this machine: isSecureContext is what tells them apart.
    page = browser.call("Page.addScriptToEvaluateOnNewDocument", source="delete Window.prototype.isSecureContext;"
        "Object.defineProperty(window, 'isSecureContext', { value: false })")  # fmt: skip
    opened(browser, (pages / "carsensor/index.html").as_uri())
    assert "came over http" in text(browser, "status") and "https" in text(browser, "status")
    browser.run("part('live').click()")
    assert "came over http" in browser.wait("document.getElementById('problem').innerText")
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=page["identifier"])


# --- sound -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound_page(browser, pages) -> Browser:
    return opened(browser, (pages / "keywordspotting/index.html").as_uri())


def tones(rate_hz: int, seconds: float) -> np.ndarray:
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    noise = np.random.default_rng(3).normal(scale=0.02, size=len(t))
    return 0.3 * np.sin(2 * np.pi * (200 + 900 * t) * t) * (np.sin(2 * np.pi * 1.5 * t) > 0) + noise


@pytest.mark.parametrize(("rate_hz", "subtype"), [(16000, "PCM_16"), (44100, "PCM_24"), (48000, "FLOAT")])
def test_a_dropped_wav_is_told_as_predict_tells_it(sound_page, tmp_path, rate_hz, subtype):
    sound = tones(rate_hz, 3)
    if subtype == "FLOAT":
        sound = np.column_stack([sound, 0.5 * sound])
    soundfile.write(tmp_path / "tones.wav", sound, rate_hz, subtype)
    check_as_predicted(sound_page, "keywordspotting", tmp_path / "tones.wav")
    assert ("mean of its 2 channels" in text(sound_page, "remarks")) == (subtype == "FLOAT")


def test_what_the_browser_decodes_is_heard_too(sound_page, tmp_path):
    soundfile.write(tmp_path / "tones.flac", tones(48000, 3), 48000)
    assert drop(sound_page, tmp_path / "tones.flac") == ""
    features, _ = predicted_wav("keywordspotting", tmp_path, tones(48000, 3), 48000)
    assert np.abs(np.array(sound_page.run(FEATURES)) - features).max() <= 8  # dithered or not


def predicted_wav(app: str, folder: Path, sound: np.ndarray, rate_hz: int) -> tuple[np.ndarray, list[int]]:
    soundfile.write(folder / "same.wav", sound, rate_hz)
    return predicted(app, folder / "same.wav")


def test_a_sound_that_is_none_is_refused_in_one_sentence(sound_page, tmp_path):
    soundfile.write(tmp_path / "slow.wav", tones(8000, 2), 8000)
    soundfile.write(tmp_path / "silent.wav", np.zeros(32000), 16000)
    soundfile.write(tmp_path / "short.wav", tones(16000, 0.5), 16000)
    (tmp_path / "cut.wav").write_bytes((tmp_path / "short.wav").read_bytes()[:8000])
    (tmp_path / "noise.mp3").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "walk.csv").write_text("x,y,z\n0,0,1\n")
    for name, sentence in {
        "slow.wav": "has 8,000 samples a second, and this model needs 16,000 or more: record faster.",
        "silent.wav": "is silent (every sample is 0): record it again.",
        "short.wav": "lasts 0.50 s, and a window of this model 0.98 s: drop a longer recording.",
        "cut.wav": "is cut short",
        "noise.mp3": "is no sound that this browser can decode: drop a WAV file of 16 bits.",
        "walk.csv": "is no sound, and this model listens to a microphone",
    }.items():
        said = drop(sound_page, tmp_path / name)
        assert said.startswith(f"{name} ") and sentence in said and said.endswith("."), said


def test_a_microphone_that_is_denied_or_not_there_is_told(sound_page):
    for error, sentence in {
        "NotAllowedError": "The microphone was denied: allow it",
        "NotFoundError": "This device has no microphone: plug one in, or drop a file.",
        "NotReadableError": "The microphone does not answer",
    }.items():
        sound_page.run(
            "navigator.mediaDevices.getUserMedia = "
            f"async () => {{ throw new DOMException('', {error!r}) }}; problem(null); part('live').click()"
        )
        assert sound_page.wait("document.getElementById('problem').innerText").startswith(sentence)
    sound_page.run("delete navigator.mediaDevices.getUserMedia; problem(null)")


# --- soak ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """docs/try/ on localhost."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(TRY))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def clips(mirror, tmp_path_factory) -> Path:
    """Some twelve seconds with the wake word once a second, by speakers of the test split, as a microphone's sound."""
    folder = tmp_path_factory.mktemp("clips")
    unpack(mirror / "speech_commands_v0.01_subset.tar.gz", folder)
    [listing] = folder.rglob("testing_list.txt")
    names = [name for name in listing.read_text().split() if name.startswith("happy/")]
    paths = [listing.parent / name for name in names if (listing.parent / name).is_file()][:8]
    parts = [np.pad(soundfile.read(path)[0], (0, 16000))[:24000] for path in paths]
    soundfile.write(folder / "spoken.wav", np.concatenate(parts), 16000)
    return folder / "spoken.wav"


@pytest.mark.soak
def test_a_real_recording_is_told_as_predict_tells_it(motion_page, mirror, tmp_path):
    with zipfile.ZipFile(mirror / "A_DeviceMotion_data.zip") as archive:
        [name] = [name for name in archive.namelist() if name.endswith("wlk_7/sub_1.csv") and "MACOSX" not in name]
        (tmp_path / "walk.csv").write_bytes(archive.read(name))
    check_as_predicted(motion_page, "motionsense", tmp_path / "walk.csv")


@pytest.mark.soak
@pytest.mark.parametrize("place", ["file", "localhost"])
def test_the_microphone_hears_the_wake_word(clips, address, place):
    where = (TRY / "keywordspotting/index.html").as_uri() if place == "file" else f"{address}/keywordspotting/"
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with browsing(*fake, f"--use-file-for-fake-audio-capture={clips}") as browser:
        opened(browser, where)
        browser.run("document.getElementById('live').click()")
        browser.wait("document.getElementById('decision').innerText === 'happy'", 40)
        browser.wait("document.getElementById('decision').innerText === 'other'", 40)
        assert "samples a second" in text(browser, "remarks") and text(browser, "problem") == ""
        browser.run("document.getElementById('live').click()")
        assert text(browser, "status") == "Stopped." and browser.faults == []


@pytest.mark.soak
def test_a_browser_that_denies_the_microphone_is_told(address):
    with browsing("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        opened(browser, f"{address}/musicclassifier/")
        browser.run("document.getElementById('live').click()")
        assert browser.wait("document.getElementById('problem').innerText").startswith("The microphone was denied")


@pytest.mark.soak
@pytest.mark.parametrize("app", ["", "carsensor", "keywordspotting", "motionsense", "musicclassifier"])
def test_a_page_is_no_wider_than_a_phone_and_has_a_dark_side(address, app):
    with browsing() as browser:
        browser.resize(360, 740, phone=True)
        browser.open(f"{address}/{app}")
        assert browser.run("document.documentElement.scrollWidth") <= 360
        paper = "getComputedStyle(document.body).backgroundColor"
        light = browser.run(paper)
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        browser.call("Emulation.setEmulatedMedia", features=dark)
        assert browser.run(paper) != light and browser.faults == []


# --- recordings as no logger writes them ---


def drawn(suffix: str, count: int) -> list[bytes]:
    """Hostile recordings of a kind."""
    made: list[bytes] = []

    @seed(2)
    @settings(max_examples=count, database=None, phases=[Phase.generate])
    @given(hostile.hostile(suffix))
    def each(recording: hostile.Hostile) -> None:
        made.append(recording.files[suffix])

    each()
    return made


@pytest.mark.parametrize(("app", "suffix"), [("motionsense", ".csv"), ("keywordspotting", ".wav")])
def test_a_hostile_recording_is_read_as_predict_reads_it_or_refused(browser, pages, tmp_path, app, suffix):
    page = opened(browser, (pages / app / "index.html").as_uri())
    path, fitted = tmp_path / f"a{suffix}", models.find(app)
    both = 0
    for content in drawn(suffix, HOSTILE):
        path.write_bytes(content)
        coded = base64.b64encode(content).decode()
        said = page.run(
            f"""readRecording(
              new File([Uint8Array.from(atob("{coded}"), (c) => c.charCodeAt(0))], "a{suffix}"),
              {{ ...model, windowSeconds: 0.1 }}
            ).then((read) => ({{ samples: Array.from(read.samples) }}),
              (error) => ({{ sentence: error.message, meant: error instanceof Refusal }}))"""
        )
        assert "samples" in said or (said["meant"] and said["sentence"].count(".") and "\n" not in said["sentence"])
        try:
            expected = read(path, fitted, Options()).samples
        except FeatherlineError as error:
            assert "samples" not in said, f"the page reads what predict refuses: {error}"
            continue
        if "samples" in said:
            both += 1
            got = np.array(said["samples"], np.int32).reshape(expected.shape)
            assert np.abs(got - expected).max() <= 1
    assert both > HOSTILE // 20

"""Native libraries write to file descriptors, and that is where they are caught."""

import os

from featherline.core.quiet import captured_output


def test_writes_to_the_descriptors_are_kept_and_not_shown(capfd):
    with captured_output() as output:
        os.write(1, b"from C++\n")
        os.write(2, b"a warning\n")
    print("after")
    assert output.text == "from C++\na warning\n"
    assert capfd.readouterr() == ("after\n", "")


def test_the_terminal_is_back_after_an_exception(capfd):
    try:
        with captured_output():
            raise ValueError
    except ValueError:
        print("still here")
    assert capfd.readouterr().out == "still here\n"

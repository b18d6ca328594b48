"""Generated C headers: for C and C++, included once, and an error where two of the same name meet."""

import hashlib


def write(name: str, part: str, title: str, body: str, digested: str = "") -> str:
    """A header of one program.

    Args:
        name: the prefix of the program.
        part: what the header is about, such as `frontend`; empty for that of the model.
        title: its comment.
        body: its lines.
        digested: what else tells it from the same header of another program, such as the C that it belongs to.

    Returns:
        The text. Where it meets a header with the same names and other content, it stops the compiler.
    """
    macro = "_".join(word.upper() for word in (name, part) if word)
    digest = f"0x{hashlib.sha256((body + digested).encode()).hexdigest()[:12]}"
    return (
        f"/* {title} */\n"
        f"#if defined({macro}_H) && {macro}_DIGEST != {digest}\n"
        f'#error "Two models are named {name}: write one of them under another name, as with to-c --name."\n'
        "#endif\n"
        f"#ifndef {macro}_H\n#define {macro}_H\n#define {macro}_DIGEST {digest}\n\n"
        f'#include <stdint.h>\n\n#ifdef __cplusplus\nextern "C" {{\n#endif\n\n'
        f"{body}\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    )

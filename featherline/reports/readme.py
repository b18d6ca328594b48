"""Puts result tables into the README, between markers, so that nobody copies figures by hand.

Example:
    python -m featherline.reports.readme README.md simulated=reports/results.md
"""

import re
from pathlib import Path

import click

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file


def embed(document: str, name: str, content: str) -> str:
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->`, with the line ends that the document has.

    Raises:
        FeatherlineError: where the document has no such pair of markers.
    """
    pattern = rf"(<!-- {re.escape(name)} -->(\r?\n)).*?(<!-- /{re.escape(name)} -->)"
    if not re.search(pattern, document, re.DOTALL):
        raise FeatherlineError(f"The document has no markers <!-- {name} --> and <!-- /{name} -->: add them.")
    lines = content.strip().splitlines()
    return re.sub(
        pattern, lambda match: f"{match[1]}{match[2].join(lines)}{match[2]}{match[3]}", document, flags=re.DOTALL
    )


@click.command(help=__doc__)
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("tables", nargs=-1, required=True, metavar="NAME=FILE...")
def main(document: Path, tables: tuple[str, ...]) -> None:
    if document.is_symlink():
        raise click.ClickException(f"{document} is a link, which is not replaced: name the file itself.")
    text = document.read_bytes().decode()
    for table in tables:
        name, _, path = table.partition("=")
        try:
            text = embed(text, name, Path(path).read_text(encoding="utf-8"))
        except (FeatherlineError, OSError) as error:
            raise click.ClickException(str(error)) from None
    with new_file(document) as partial:
        partial.write_bytes(text.encode())


if __name__ == "__main__":
    main()

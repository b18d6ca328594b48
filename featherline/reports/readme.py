"""Puts result tables into the README, between markers, so that nobody copies figures by hand.

Example:
    python -m featherline.reports.readme README.md simulated=reports/results.md
"""

import re
from pathlib import Path

import click

from featherline.errors import FeatherlineError
from featherline.files import new_file


def embed(document: str, name: str, content: str) -> str:
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->`.

    Raises:
        FeatherlineError: where the document has no such pair of markers.
    """
    pattern = rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)"
    if not re.search(pattern, document, re.DOTALL):
        raise FeatherlineError(f"The document has no markers <!-- {name} --> and <!-- /{name} -->: add them.")
    return re.sub(pattern, lambda match: f"{match[1]}{content.strip()}\n{match[2]}", document, flags=re.DOTALL)


@click.command(help=__doc__)
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("tables", nargs=-1, required=True, metavar="NAME=FILE...")
def main(document: Path, tables: tuple[str, ...]) -> None:
    text = document.read_text(encoding="utf-8")
    for table in tables:
        name, _, path = table.partition("=")
        try:
            text = embed(text, name, Path(path).read_text(encoding="utf-8"))
        except (FeatherlineError, OSError) as error:
            raise click.ClickException(str(error)) from None
    with new_file(document) as partial:
        partial.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

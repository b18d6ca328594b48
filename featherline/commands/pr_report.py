"""`pr-report`: writes the comment of a pull request, with pictures beside it."""

from pathlib import Path

import click

from featherline.commands.told import told
from featherline.errors import FeatherlineError
from featherline.files import new_file, new_folder
from featherline.regression import comment, figures, policy, snapshots, verdicts


@click.command(
    name="pr-report",
    epilog="""\b
Example:
  python -m featherline pr-report --base main --out tmp/report.md
""",
)
@click.option("--base", required=True, help="The revision to compare with: a branch, a tag or a commit.")
@click.option("--policy", "policy_file", default="policy.yaml", show_default=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A Markdown file.")
@told
def pr_report(base: str, policy_file: Path, out: Path) -> None:
    """Writes what a change did to metrics, models and plots.

    Pictures go into a folder beside it that has its name: report.md and report/.
    """
    if not out.suffix:
        raise FeatherlineError(f"{out} has no ending: name a Markdown file, such as {out}.md.")
    # Takes longer than everything that `check` and `operators` import, which share this command line.
    from featherline.regression import pictures

    rules = policy.read(policy_file)
    before, now = snapshots.committed(base), snapshots.working_tree()
    rows = verdicts.judge(rules, before, now, policy_file)
    apps = list(dict.fromkeys(row.application for row in rows))
    drawn_in = out.with_suffix("")
    with new_folder(drawn_in) as folder:
        drawn = pictures.draw_all(apps, before, now, folder)
    links = {app: Path(drawn_in.name, path.name) for app, path in drawn.items()}
    with new_file(out) as partial:
        partial.write_text(comment.compose(rows, before, now, links), encoding="utf-8")
    where = f" in {drawn_in}" if drawn else ""
    click.echo(f"{out} is written, with {figures.counted(len(drawn), 'picture')}{where}.")

"""`pr-report`: writes the comment of a pull request, with pictures beside it."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output
from featherline.core import outputs
from featherline.core.errors import FeatherlineError
from featherline.regression import comment, figures, policy, snapshots, verdicts


@click.command(
    name="pr-report",
    epilog="""\b
Example:
  python -m featherline pr-report --base main
""",
)
@click.option("--base", required=True, help="The revision to compare with: a branch, a tag or a commit.")
@click.option("--policy", "policy_file", default="policy.yaml", show_default=True, type=Input())
@click.option(
    "--out", default="tmp/pr-report.md", show_default=True, type=Output(outputs.File), help="A Markdown file."
)
@in_one_sentence
def pr_report(base: str, policy_file: Path, out: outputs.File) -> None:
    """Writes what a change did to metrics, models and plots.

    Pictures go into a folder beside it that has its name: report.md and report/. Where no plot differs there are
    none, and that folder is left alone.
    """
    if not out.path.suffix:
        raise FeatherlineError(f"{out.path} has no ending: name a Markdown file, such as {out.path}.md.")
    # Takes longer than everything that `check` and `operators` import, which share this command line.
    from featherline.regression import pictures

    rules = policy.read(policy_file)
    before, now = snapshots.committed(base), snapshots.working_tree()
    rows = verdicts.compare(rules, before, now, policy_file)
    apps = list(dict.fromkeys(row.application for row in rows))
    drawn = pictures.draw_all(apps, before, now)
    folder = outputs.Folder(out.path.with_suffix(""))
    links = {app: Path(folder.path.name, f"{app}.png") for app in drawn}
    text = comment.compose(rows, before, now, links)
    if drawn:
        folder.write({f"{app}.png": content for app, content in drawn.items()})
    out.write(text)
    where = f" in {folder.path}" if drawn else ""
    click.echo(f"{out.path} is written, with {figures.counted(len(drawn), 'picture')}{where}.")

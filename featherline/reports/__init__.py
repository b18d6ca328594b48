"""What people read: workbooks, a page, plots and the table of the README, all from the benchmark's files."""

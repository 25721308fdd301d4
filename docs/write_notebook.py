"""Run the tutorial's notebook and write it, with its outputs, as a page of the site: python docs/write_notebook.py."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path

NOTEBOOK = Path(__file__).with_name("notebook.ipynb")
PAGE = Path(__file__).with_name("notebook.md")
_SECONDS = 600


def executed():
    """The notebook, run from its first cell to its last in a new kernel of this Python. Raises where a cell fails."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the client's own event loop
        os.environ.setdefault("IPYTHONDIR", folder)
        NotebookClient(notebook, timeout=_SECONDS, resources={"metadata": {"path": folder}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day
        if cell.cell_type == "code":
            # A progress bar leaves an empty output where it was.
            cell.outputs = [each for each in cell.outputs if each.get("data", {}).get("text/html", "x").strip()]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def page(notebook):
    """The notebook as Markdown, outputs as HTML in it."""
    from nbconvert import MarkdownExporter

    text, _ = MarkdownExporter().from_notebook_node(notebook)
    text = text.replace("<th></th>", "<td></td>")  # an empty corner of a table heads nothing
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


if __name__ == "__main__":
    import nbformat

    done = executed()
    nbformat.write(done, NOTEBOOK)
    PAGE.write_text(page(done), encoding="utf-8")
    print(f"{NOTEBOOK} and {PAGE}: written")

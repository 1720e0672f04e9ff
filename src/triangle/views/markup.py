"""Tables as Markdown and as LaTeX, from the same table that a terminal shows."""

from __future__ import annotations

from rich.table import Table

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "–": "--", "…": r"\ldots{}", "×": r"$\times$", "½": r"$\frac{1}{2}$", "λ": r"$\lambda$", "→": r"$\to$",
    "≥": r"$\geq$", "≤": r"$\leq$", "−": "$-$", "·": r"$\cdot$", "•": r"\textbullet{}",
}  # fmt: skip


def rows_of(table: Table) -> list[list[str]]:
    """Return a table's header and its rows as text."""
    columns = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def as_markdown(table: Table) -> str:
    """Return a table as a Markdown table, its title as a line above and its caption as one below.

    Examples
    --------
    >>> table = Table("claim", "share")
    >>> table.add_row("C12", "79 %")
    >>> print(as_markdown(table))
    | claim | share |
    | --- | --- |
    | C12 | 79 % |
    """
    header, *body = rows_of(table)
    lines = [header, ["---"] * len(header), *body]
    text = "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)
    above = [f"**{table.title}**"] if table.title else []
    below = [str(table.caption)] if table.caption else []
    return "\n\n".join([*above, text, *below])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def as_latex(table: Table) -> str:
    r"""Return a table as a LaTeX ``longtable`` (packages ``longtable`` and ``booktabs``), special characters escaped.

    Examples
    --------
    >>> table = Table("claim", "share")
    >>> table.add_row("C12", "79 %")
    >>> print(as_latex(table))
    \begin{longtable}{ll}
    \toprule
    claim & share \\
    \midrule
    \endhead
    C12 & 79 \% \\
    \bottomrule
    \end{longtable}
    """
    header, *body = rows_of(table)
    wide = [max(len(row[k]) for row in (header, *body)) > 40 for k in range(len(header))]
    width = 0.6 / max(1, sum(wide))
    layout = "".join(f"p{{{width:.2f}\\textwidth}}" if each else "l" for each in wide)
    caption = [rf"\caption{{{_escaped(str(table.title))}}} \\"] if table.title else []
    note = [rf"\par\noindent {_escaped(str(table.caption))}"] if table.caption else []
    lines = [" & ".join(map(_escaped, row)) + r" \\" for row in body]
    top = [rf"\begin{{longtable}}{{{layout}}}", *caption, r"\toprule", " & ".join(map(_escaped, header)) + r" \\"]
    return "\n".join([*top, r"\midrule", r"\endhead", *lines, r"\bottomrule", r"\end{longtable}", *note])


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in " ".join(text.split()))

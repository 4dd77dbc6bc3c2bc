"""How a paper looks, in Typst. Everything that is shown comes in as data and is never read as markup."""

TEMPLATE = r"""
#let paper = json(bytes(sys.inputs.paper))
#let pine = rgb("#0b5d4e")
#let seal = rgb("#b3312c")
#let ink = rgb("#17241f")
#let muted = rgb("#4b5b55")
#let rule = rgb("#d3ddd8")
#let sunken = rgb("#edf3f0")
#let zh = paper.language == "zh"

// Words as they were written, line by line.
#let words(text) = text.split("\n").map(line => [#line]).join(linebreak())
#let small(body) = text(size: 8.5pt, fill: muted, body)
#let typed(body) = text(font: "DejaVu Sans Mono", size: 6.8pt, body)

#set document(title: paper.title + " " + paper.reference, author: ())
#let type = ("Noto Sans CJK SC", "Libertinus Serif", "DejaVu Sans Mono")
#set text(font: type, size: 10pt, fill: ink, lang: paper.language, cjk-latin-spacing: none)
#set par(leading: if zh { 0.85em } else { 0.68em }, spacing: 1.1em, justify: false)
#set page(
  paper: "a4",
  margin: (x: 23mm, top: 26mm, bottom: 24mm),
  header: context {
    if counter(page).get().first() > 1 {
      small(grid(columns: (1fr, auto), paper.title, text(tracking: 0.04em, paper.reference)))
      v(-0.7em)
      line(length: 100%, stroke: 0.5pt + rule)
    }
  },
  footer: context small(grid(
    columns: (1fr, auto),
    column-gutter: 8mm,
    paper.foot,
    [#counter(page).display() / #counter(page).final().first()],
  )),
)
#show heading.where(level: 1): it => block(above: 0pt, below: 4mm, text(size: 19pt, weight: 700, fill: ink, it.body))
#show heading.where(level: 2): it => block(above: 8mm, below: 3mm, sticky: true)[
  #text(size: 12pt, weight: 700, fill: pine, it.body)
]
#show heading.where(level: 3): it => block(above: 5mm, below: 2mm, sticky: true, text(size: 10pt, weight: 700, it.body))

#let facts(rows) = block(above: 3mm, below: 4mm, grid(
  columns: (if zh { 27mm } else { 36mm }, 1fr),
  column-gutter: 4mm,
  row-gutter: 2.6mm,
  ..rows.map(((name, value)) => (text(fill: muted, words(name)), words(value))).flatten(),
))

#let listed(block-data) = block(above: 3mm, below: 4mm, table(
  columns: block-data.widths.map(w => if w == 0 { auto } else { w * 1fr }),
  stroke: none,
  inset: (x: 0pt, y: 2mm),
  column-gutter: 4mm,
  table.header(..block-data.head.map(cell => text(size: 8.5pt, weight: 500, fill: muted, cell))),
  table.hline(stroke: 0.7pt + muted),
  ..block-data.rows.map(row => (
    ..row.enumerate().map(((column, cell)) => if column in block-data.mono { typed(words(cell)) } else {
      text(size: 9pt, words(cell))
    }),
    table.hline(stroke: 0.4pt + rule),
  )).flatten(),
))

#let said(block-data) = block(
  above: 3mm,
  below: 4mm,
  width: 100%,
  inset: (left: 4mm, y: 1mm),
  stroke: (left: 2pt + pine),
  {
    if block-data.by != "" { small(block-data.by); linebreak() }
    words(block-data.text)
  },
)

#let pictured(block-data) = block(above: 3mm, below: 5mm, breakable: false, grid(
  columns: (36mm, 1fr),
  column-gutter: 6mm,
  align: horizon,
  image(bytes(block-data.picture), format: "svg", width: 36mm, alt: block-data.text),
  { words(block-data.text); parbreak(); typed(block-data.by) },
))

#let shown(block-data) = {
  let kind = block-data.type
  if kind == "heading" { heading(level: 2, block-data.text) }
  else if kind == "subheading" { heading(level: 3, block-data.text) }
  else if kind == "facts" { facts(block-data.rows) }
  else if kind == "table" { listed(block-data) }
  else if kind == "said" { said(block-data) }
  else if kind == "picture" { pictured(block-data) }
  else if kind == "code" {
    block(width: 100%, fill: sunken, inset: 3mm, above: 2mm, below: 4mm, typed(words(block-data.text)))
  }
  else if kind == "note" { block(above: 2mm, below: 3mm, small(words(block-data.text))) }
  else if kind == "box" {
    block(width: 100%, fill: sunken, radius: 2mm, inset: 5mm, above: 4mm, below: 5mm, {
      text(size: 13pt, weight: 700, words(block-data.text))
      if block-data.by != "" { v(1mm); text(fill: muted, words(block-data.by)) }
    })
  }
}

#grid(
  columns: (1fr, auto),
  align: (left + horizon, right + horizon),
  text(size: 10pt, weight: 500, fill: pine, paper.kicker),
  box(stroke: 1pt + seal, radius: 1mm, inset: (x: 3mm, y: 2mm))[
    #text(fill: seal, weight: 700, tracking: 0.08em, paper.reference)
  ],
)
#v(9mm)
#heading(level: 1, paper.title)
#block(below: 5mm, text(fill: muted, words(paper.lead)))
#facts(paper.facts)
#if paper.cover != none {
  v(8mm)
  text(size: 12pt, weight: 700, fill: pine, paper.cover.contents)
  outline(title: none, target: heading.where(level: 2), indent: 0pt)
  v(1fr)
  small(words(paper.cover.note))
  grid(
    columns: paper.cover.sign.map(_ => 1fr),
    column-gutter: 6mm,
    ..paper.cover.sign.map(label => stack(
      v(12mm),
      line(length: 100%, stroke: 0.6pt + muted),
      v(2mm),
      small(label),
    )),
  )
}
#for (number, part) in paper.parts.enumerate() {
  if number > 0 or paper.cover != none { pagebreak() } else { v(4mm); line(length: 100%, stroke: 0.7pt + rule); v(5mm) }
  if part.kicker != "" { block(below: 3mm, text(size: 9pt, weight: 500, fill: pine, part.kicker)) }
  if part.title != "" { heading(level: 1, part.title) }
  for one in part.blocks { shown(one) }
}
#if paper.signs != "" { v(4mm); small(words(paper.signs)) }
"""

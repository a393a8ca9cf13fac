// The sheet that every page is printed on: one file, no script, nothing fetched.
import { html, type Insert, type Markup, trustMarkup } from './escape-html.ts';
import { pageStyle } from './page-style.ts';

/** Only the page's own style and pictures inside the file; everything else is refused by the browser. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole HTML file. `title` becomes the window's; `body` stands in the main column. */
export function renderPage(title: string, body: Insert): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trustMarkup(POLICY)}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${title}</title><style>${trustMarkup(pageStyle)}</style></head>
<body><main>${body}</main></body></html>
`.toString();
}

/** A titled part of a page. `long` ones may be broken over sheets of paper. */
export function renderSection(title: string, remark: Insert, body: Insert, long = false): Markup {
  return html`<section${long ? trustMarkup(' class="long"') : null}><h2>${title}${remark ? html`<small>${remark}</small>` : null}</h2>${body}</section>
`;
}

/** Names and values side by side; pairs without a value are left out. */
export function renderFactGrid(facts: readonly (readonly [name: string, value: Insert])[]): Markup {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A column's heading; `number` columns are set to the right. */
export type TableColumn = string | { readonly number: string };

/** A table; cells of `number` columns are set to the right. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly Insert[])[]): Markup {
  const isNumber = (at: number): boolean => typeof columns[at] === 'object';
  const head = columns.map((column) =>
    typeof column === 'string' ? html`<th>${column}</th>` : html`<th class="num">${column.number}</th>`,
  );
  const body = rows.map(
    (
      cells,
    ) => html`<tr>${cells.map((cell, at) => (isNumber(at) ? html`<td class="num">${cell}</td>` : html`<td>${cell}</td>`))}</tr>
`,
  );
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Text in a fixed-width face: names, hashes, addresses. */
export function renderMonospace(text: string | null | undefined): Markup | null {
  return text === null || text === undefined || text === '' ? null : html`<span class="m">${text}</span>`;
}

// A strict reader of the XML that we write: elements, attributes, text and the five entities; anything else is an error.

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** The root element; throws on anything that is not well-formed or uses a feature that we never write. */
export function readXml(source: string): XmlElement {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(source))
    throw new Error('a character that XML forbids');
  const body = source.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '');
  const stack: { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ];
  let at = 0;
  const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  while (at < body.length) {
    token.lastIndex = at;
    const found = token.exec(body);
    if (!found) throw new Error(`not well-formed at ${at}: ${body.slice(at, at + 60)}`);
    at = token.lastIndex;
    const [, closed, opened, attributes, empty, text] = found;
    const top = stack.at(-1)!;
    if (text !== undefined) top.text += decoded(text);
    else if (opened !== undefined) {
      const element = { name: opened, attributes: attributesOf(attributes!), children: [], text: '' };
      top.children.push(element);
      if (!empty) stack.push(element);
    } else if (stack.pop()!.name !== closed) throw new Error(`${closed} closes another element`);
  }
  if (stack.length !== 1 || stack[0]!.children.length !== 1) throw new Error('not one root');
  return stack[0]!.children[0]!;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([\w-]+)="([^"<]*)"/g)].map(([, name, value]) => [name!, decoded(value!)] as const);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute twice');
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot)|#(\d+));|&/g,
    (whole, name: string | undefined, code: string | undefined) => {
      if (code) return String.fromCodePoint(Number(code));
      if (!name) throw new Error(`a bare ampersand: ${whole}`);
      return { amp: '&', lt: '<', gt: '>', quot: '"' }[name]!;
    },
  );
}

// Text that means harm in HTML, and a run in which every string that comes from outside is such a text.

import type { Signature } from '../../src/domain/people/signature.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';

/** What the payloads try to call; a page in which it runs has its title changed. */
const ACT = 'document.title=`taken`';
const TAGS = [
  'script',
  'img',
  'svg',
  'iframe',
  'body',
  'video',
  'audio',
  'details',
  'object',
  'embed',
  'math',
  'style',
  'link',
  'meta',
  'base',
  'form',
  'input',
  'marquee',
  'template',
  'a',
];
const HANDLERS = ['onload', 'onerror', 'onclick', 'onmouseover', 'onfocus', 'ontoggle', 'onanimationstart', 'onbegin'];
const SCHEMES = [
  'javascript:',
  'JaVaScRiPt:',
  'java\u0000script:',
  '\u0001javascript:',
  'data:text/html,',
  'vbscript:',
  'http://127.0.0.1:9/',
  '//127.0.0.1:9/',
];
const BREAKERS = [
  '"',
  "'",
  '`',
  '">',
  "'>",
  '-->',
  ']]>',
  '</title>',
  '</style>',
  '</svg>',
  '</textarea>',
  '</script>',
  '\u0000',
  '\u2028',
  '&quot;>',
  '&#34;>',
  '\\">',
  '+ADw-',
];

/** At least two hundred, each different. */
export const htmlPayloads: readonly string[] = [
  ...TAGS.flatMap((tag) => [`<${tag}>${ACT}</${tag}>`, `<${tag} src=x onerror=${ACT}>`, `<${tag}/onload=${ACT}//`]),
  ...HANDLERS.flatMap((handler) => [`" ${handler}=${ACT} x="`, `' ${handler}='${ACT}`, `<x ${handler}=${ACT} tabindex=1 autofocus>`, ` ${handler}=${ACT}`]),
  ...SCHEMES.flatMap((scheme) => [`<a href="${scheme}${ACT}">x</a>`, `<iframe src=${scheme}x></iframe>`, `${scheme}${ACT}`, `url(${scheme}x)`]),
  ...BREAKERS.flatMap((breaker) => [`${breaker}<script>${ACT}</script>`, `${breaker} onload=${ACT} `, `${breaker}<img src=x onerror=${ACT}>`, `x${breaker}`]),
  '<scr<script>ipt>', '<<script>script>', '<ScRiPt>', '<script\u0009>', '< script>', '<!--<script>-->', '<![CDATA[<script>]]>', '<?xml-stylesheet href="x"?>',
  '&lt;script&gt;', '&#x3c;script&#x3e;', '%3Cscript%3E', '\u00bcscript\u00be', '\uff1cscript\uff1e', '\u202e<tpircs>', '\u200b<script>', '\ud800<script>',
  '<style>@import "http://127.0.0.1:9/x"</style>', '<style>*{background:url(http://127.0.0.1:9/x)}</style>', 'x;background:url(http://127.0.0.1:9/x)', 'expression(alert(1))',
  '</main></body></html><script>', '$' + '{7*7}', '{{constructor.constructor("x")()}}', '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">', '<base href=//127.0.0.1:9>', '<form action=//127.0.0.1:9><button autofocus>',
]; // biome-ignore format: lists read better in rows

/** Words that the program itself writes: they tell kinds apart and never come from outside. */
const OWN_WORDS = new Set([
  'kind',
  'result',
  'phase',
  'disposition',
  'purpose',
  'comparator',
  'fate',
  'do',
  'bin',
  'direction',
  'proof',
  'standing',
  'error',
  'afterwards',
  'marks',
  'suspects',
  'code',
]);

/** The run with every other string replaced by the payload; serial bytes become the payload's bytes. */
export function poisoned(run: RunRecord, payload: string): RunRecord {
  return replaced(run, () => payload, '') as RunRecord;
}

/** The run with every string replaced by the next payload in turn, from the given one on. */
export function poisonedInTurn(run: RunRecord, payloads: readonly string[], first: number): RunRecord {
  let at = first;
  return replaced(run, () => payloads[at++ % payloads.length]!, '') as RunRecord;
}

export function poisonedSignature(signature: Signature, payload: string): Signature {
  return { ...signature, by: payload, reason: payload, at: payload };
}

/** Own words stay; the code of a station's error is no own word, for a driver may bring its own. */
function replaced(value: unknown, next: () => string, key: string): unknown {
  if (typeof value === 'string') {
    if (key === 'rawBase64') return Buffer.from(next(), 'utf8').toString('base64');
    return OWN_WORDS.has(key) ? value : next();
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, next, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      replaced(inner, next, key === 'error' && name === 'code' ? '' : name),
    ]),
  );
}

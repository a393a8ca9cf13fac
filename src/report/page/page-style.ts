// One style for every page: light and dark, screen and A4, system fonts, colours that colour-blind readers tell apart.

/**
 * Each tone has an ink (text, strokes), a wash (grounds) and is always accompanied by a word and a shape. A disposition
 * has the colour of its bin (binColours), as its tile on the board has.
 */
export const pageStyle = `
:root{color-scheme:light dark;
--paper:#f6f5f1;--card:#fff;--ink:#1b1f24;--soft:#59626d;--faint:#8b939c;--line:#dddbd3;--grid:#ebe9e2;--bar:#b9c0c8;
--link:#0b4c85;--image:#6ba6da;
--pass:#0b4c85;--pass-wash:#dbeaf8;--pass-fill:#6ba6da;
--fail:#a33200;--fail-wash:#fde6d8;--fail-fill:#e8793a;
--retest:#4a525b;--retest-wash:#f3f3f1;--retest-fill:#d3d7db;
--rework:#735000;--rework-wash:#fcefcb;--rework-fill:#e5b13c;
--hold:#1b1f24;--hold-wash:#e3e4e6;--hold-fill:#5d646c;
--scrap:#8f1414;--scrap-wash:#fbdcdc;--scrap-fill:#d2554f;
--station:#5a3d8a;--station-wash:#ebe4f7;--station-fill:#a48cd0;
--quiet:#5b646e;--quiet-wash:#eeeeea;--quiet-fill:#c3c7cb}
@media (prefers-color-scheme:dark){:root{
--paper:#14171a;--card:#1c2024;--ink:#e9ebed;--soft:#a9b1ba;--faint:#7b848d;--line:#343a41;--grid:#282d33;--bar:#59636e;
--link:#8fc4f4;--image:#3b78b0;
--pass:#8fc4f4;--pass-wash:#142d45;--pass-fill:#3b78b0;
--fail:#ff9d66;--fail-wash:#43210f;--fail-fill:#c1561b;
--retest:#d5dade;--retest-wash:#2a2f34;--retest-fill:#8b939c;
--rework:#f0c560;--rework-wash:#3a2e0e;--rework-fill:#a97c14;
--hold:#f2f3f4;--hold-wash:#3a3f45;--hold-fill:#9aa1a8;
--scrap:#ff9a94;--scrap-wash:#451616;--scrap-fill:#b8423c;
--station:#c7b2f0;--station-wash:#2c2343;--station-fill:#745bab;
--quiet:#a9b1ba;--quiet-wash:#272c31;--quiet-fill:#4a525a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1080px;margin:0 auto;padding:20px 24px 56px}
.m,code,td.m{font-family:ui-monospace,"SF Mono","Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
header.top{display:flex;justify-content:space-between;gap:16px;align-items:flex-end;margin-bottom:14px;color:var(--soft);font-size:13px}
header.top b{color:var(--ink)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 22px 20px;margin:16px 0}
h2{font-size:17px;line-height:1.3;margin:0 0 12px;font-weight:650}
h2 small{font-weight:400;color:var(--soft);font-size:13.5px;margin-left:8px}
h3{font-size:14px;margin:18px 0 6px}
p{margin:0 0 8px}
a{color:var(--link)}
.soft{color:var(--soft)}.small{font-size:13px}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:14px}
th{font-weight:600;color:var(--soft);font-size:12.5px;text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:bottom}
th.num{text-align:right}
td{padding:5px 12px 5px 0;border-bottom:1px solid var(--grid);vertical-align:top;overflow-wrap:anywhere}
td:last-child,th:last-child{padding-right:0}
tr:last-child td{border-bottom:0}
svg{display:block;max-width:100%;height:auto}td svg:not(.g){min-width:220px}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:var(--ink)}
svg text.mono{font-family:ui-monospace,"SF Mono","Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:11.5px}
svg text.s{fill:var(--soft)}svg text.e{text-anchor:end}svg text.c{text-anchor:middle}svg text.b{font-weight:650}
.axis{stroke:var(--line);fill:none}.grid{stroke:var(--grid);fill:none}.lot{fill:var(--bar)}.curve{stroke:var(--soft);fill:none;stroke-width:1.2}
.image{fill:var(--image);stroke:var(--card);stroke-width:1}
.limit{stroke:var(--ink);stroke-width:1.6;fill:none}.leader{stroke:var(--faint);fill:none}
.g{display:inline-block;width:1.1em;height:1.1em;vertical-align:-.18em;margin-right:.4em;fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.gs{fill:none;stroke:currentColor;stroke-width:3.4;stroke-linecap:round;stroke-linejoin:round}
.short{white-space:nowrap}
.sign{white-space:nowrap;font-weight:600}
${buildToneRules()}
.verdict{display:grid;grid-template-columns:auto 1fr;padding:0;overflow:hidden;border-width:2px}
.verdict .flag{display:flex;align-items:center;justify-content:center;width:132px;color:var(--card)}
.verdict .flag .g{width:84px;height:84px;margin:0;stroke-width:2.4}
.verdict .say{padding:18px 24px 20px}
.verdict h1{margin:0;font-size:46px;line-height:1.05;letter-spacing:-.01em}
.verdict .unit{font-size:19px;color:var(--ink);margin:2px 0 0;overflow-wrap:anywhere}
.do{font-size:23px;line-height:1.3;font-weight:650;color:var(--ink);margin:14px 0 4px}
.cause{font-size:16px;color:var(--ink);margin:0}
.why{display:grid;grid-template-columns:3fr 2fr;gap:0 36px}
.why dl{margin:0}.why ul{margin:0;padding-left:18px}.why li{margin:2px 0}
.why dt{color:var(--soft);font-size:12.5px;font-weight:600;margin-top:8px}.why dt:first-child{margin-top:0}.why dd{margin:0}
.pill{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:0 9px;font-size:12.5px;font-weight:600;margin:0 6px 4px 0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:10px 28px;margin:0}
.facts dt{color:var(--soft);font-size:12.5px}.facts dd{margin:0;overflow-wrap:anywhere}
.barcode{width:64px;height:64px;background:#fff;padding:5px;border-radius:4px}
.transcript{font:12.5px/1.45 ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.transcript div{display:grid;grid-template-columns:76px 22px 1fr;border-bottom:1px solid var(--grid);padding:1px 0}
.transcript div:last-child{border:0}.transcript .at{color:var(--faint);text-align:right;padding-right:8px}.transcript .out{font-weight:650}
.transcript i{font-style:normal;color:var(--faint)}
.numbers{display:grid;grid-template-columns:repeat(3,1fr);gap:16px}
.numbers .n{border:1px solid var(--line);border-radius:10px;background:var(--card);padding:16px 20px}
.numbers b{display:block;font-size:40px;line-height:1.1;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.numbers h2{margin:0 0 4px;font-size:15px}.numbers p{color:var(--soft);font-size:12.5px;margin:6px 0 0}
.track{background:var(--quiet-wash);border-radius:3px;height:12px;min-width:90px;overflow:hidden;display:flex}.track i{display:block;height:12px}
header .title{font-size:27px;line-height:1.2;font-weight:650;color:var(--ink);overflow-wrap:anywhere}
.track.tall,.track.tall i{height:28px}.track.tall i{display:flex;align-items:center;justify-content:center;overflow:hidden}.track.tall .g{margin:0;width:16px;height:16px}
.knot{fill:var(--ink)}
.dots{fill:var(--soft)}.ring{fill:none;stroke-width:1.8}
footer{color:var(--soft);font-size:12.5px;margin-top:20px}
@media (max-width:720px){.verdict,.why,.numbers{grid-template-columns:1fr}.verdict .flag{width:auto;height:96px}main{padding:12px}.wide{overflow-x:auto}}
@page{size:A4;margin:13mm 12mm}
@media print{:root{color-scheme:light}body{background:#fff;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}section,.numbers .n{break-inside:avoid;border-color:#ccc;padding:10px 14px;margin:9px 0}section.long{break-inside:auto}tr,.transcript div{break-inside:avoid}
.facts{grid-template-columns:repeat(4,1fr);font-size:9pt;gap:4px 14px}.facts dt{font-size:8pt}.barcode{width:52px;height:52px}.verdict{padding:0}.verdict h1{font-size:32px}.do{font-size:17px}h2{break-after:avoid;font-size:13pt}table{font-size:9.5pt}.verdict .flag{width:96px}.verdict .flag .g{width:60px;height:60px}.numbers b{font-size:28px}a{color:inherit;text-decoration:none}}
`.trim();

function buildToneRules(): string {
  return ['pass', 'fail', 'retest', 'rework', 'hold', 'scrap', 'station', 'quiet']
    .map(
      (tone) =>
        `.${tone}{color:var(--${tone})}.wash-${tone}{background:var(--${tone}-wash)}.flag-${tone}{background:var(--${tone}-fill)}.solid-${tone}{background:var(--${tone})}.edge-${tone}{border-color:var(--${tone}-fill)}.fill-${tone}{fill:var(--${tone}-fill)}.soft-${tone}{fill:var(--${tone}-wash)}.line-${tone}{stroke:var(--${tone})}svg text.${tone}{fill:var(--${tone})}`,
    )
    .join('\n');
}

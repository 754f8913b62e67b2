/** How the report looks, by day and by night. The colours of lines can be told apart by those who see few. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#7f7f7f"];

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5d6872; --paper: #fbfaf7; --card: #fff; --edge: #dcdfe2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #98a2ab; --paper: #14171a; --card: #1d2125; --edge: #353b41; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1240px; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: 600; margin: 0 0 .3rem; } h2 { margin-top: 1.5rem; }
.verdict { padding: .6rem 1rem; border-radius: 8px; border-left: 6px solid #009e73; background: var(--card); } .verdict p { margin: .1rem 0; } .broken { border-color: #d55e00; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .75rem; margin: 1rem 0; }
.tiles div, figure { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: .75rem 1rem; margin: 0; }
.tiles b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; } .tiles span, small, .legend { color: var(--soft); font-size: .85rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: .75rem; align-items: start; }
figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
.grid { stroke: var(--edge); } .mark { fill: var(--soft); font-size: 11px; } .name { fill: var(--ink); font-size: 12px; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .span { stroke: var(--edge); stroke-width: 4; stroke-linecap: round; }
.legend { margin: .2rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; } .legend i { display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin-right: .4rem; vertical-align: middle; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 1rem; font-size: 13px; }
${COLOURS.map((colour, index) => `.line.c${index} { stroke: ${colour}; } .dot.c${index} { fill: ${colour}; } i.c${index} { background: ${colour}; }`).join("\n")}
`;

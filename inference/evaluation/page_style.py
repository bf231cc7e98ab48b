"""Style of the page: light and dark after the reader's system, nothing loaded from elsewhere, no script."""

STYLE = """
:root { color-scheme: light dark; --ink: #23262a; --soft: #5d636a; --paper: #f7f6f2; --card: #fff; --line: #dbd8cf; --tag: #eceae2;
  --good: #0b6b4f; --bad: #a8420f; --focus: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e0ded8; --soft: #a2a7ac; --paper: #16181a; --card: #1f2225; --line: #363a3f; --tag: #2b2f33;
    --good: #5fcfa6; --bad: #f59a6b; --focus: #7cc4f0; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 110rem; padding: 1.5rem; color: var(--ink);
  background: var(--paper); }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 3rem 0 .6rem; font-size: 1.35rem; border-bottom: 1px solid var(--line); }
h3 { margin: 1.6rem 0 .5rem; font-size: 1.1rem; } h4 { margin: 0 0 .5rem; font-size: .95rem; }
h2, h3 { scroll-margin-top: 4rem; } a { color: inherit; } .soft { color: var(--soft); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 9; }
nav { position: sticky; top: 0; z-index: 2; background: var(--paper); padding: .5rem 0; border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0; padding: 0; align-items: center; }
nav a { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; background: var(--tag); text-decoration: none; }
nav label { margin-left: 1rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; } th[scope=row] { text-align: left; font-weight: 500; }
td small { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
details { margin: .7rem 0; } summary { cursor: pointer; font-weight: 600; } details details summary { font-weight: 400; }
figure { margin: .6rem 0; } figcaption { font-size: .82rem; color: var(--soft); }
img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
.plot { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: .5rem; width: fit-content; max-width: 100%; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: .8rem 0; }
.row { display: flex; gap: .8rem; overflow-x: auto; align-items: flex-start; padding-bottom: .5rem; }
.row > section { flex: 0 0 14rem; width: 14rem; } .row h5 { margin: 0 0 .3rem; font-size: .85rem; overflow-wrap: anywhere; }
.row img { width: 14rem; margin-bottom: .3rem; background: var(--tag); }
.row section:first-child { position: sticky; left: 0; background: var(--card); }
.none { display: grid; place-items: center; height: 14rem; background: var(--tag); border-radius: 4px; color: var(--soft);
  margin-bottom: .3rem; }
dl { display: grid; grid-template-columns: 1fr auto; gap: 0 .6rem; margin: .3rem 0; font-size: .8rem; } dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.error { color: var(--bad); font-size: .8rem; overflow-wrap: anywhere; margin: .3rem 0; }
pre { margin: .3rem 0; max-height: 18rem; overflow: auto; font: 11px/1.5 ui-monospace, monospace; background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; padding: .5rem; }
body:has(#masks:not(:checked)) .mask { display: none; }
@media print { nav { position: static; } }
"""

/** How the report of a load test looks, and what the pointer shows on its plots. */
export const pageStyle = `
:root{--bg:#f6f5f2;--card:#fff;--ink:#1c1d1f;--soft:#6c6f75;--line:#e4e2dc;--shade:#1c1d1f0a;--good:#1a7f4b;--bad:#c0392b;
--c1:#1a73c7;--c2:#d9820f;--c3:#c83552;--c4:#1f9a74;--c5:#7a55c7;--c6:#5b6b7a}
@media (prefers-color-scheme:dark){:root{--bg:#131417;--card:#1c1e22;--ink:#eceae4;--soft:#9a9da4;--line:#30333a;--shade:#ffffff0b;--good:#3fc380;--bad:#ff6b5e;
--c1:#5fb0ff;--c2:#f5b04a;--c3:#ff7390;--c4:#4fd3a6;--c5:#b394ff;--c6:#a3b3c2}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:clamp(16px,4vw,40px)}
h1{font-size:clamp(1.35rem,4vw,2rem);line-height:1.2;margin:0 0 12px;letter-spacing:-.01em;overflow-wrap:anywhere}h2,h3{font-size:.82rem;font-weight:600;margin:0;color:var(--soft)}
h3{color:var(--ink);font-size:1rem}.when{color:var(--soft);margin:0 0 4px}
.badge{display:inline-block;font-size:.78rem;font-weight:600;letter-spacing:0;padding:3px 10px;border-radius:99px;vertical-align:middle;white-space:nowrap;border:1px solid currentColor}
.good{color:var(--good)}.bad{color:var(--bad)}
ul{list-style:none;margin:0;padding:0}.chips{display:flex;flex-wrap:wrap;gap:6px}.chips li{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:2px 8px;color:var(--soft);font-size:.85rem}.chips b{color:var(--ink);font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:10px;margin:24px 0}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tile p{font-size:1.75rem;line-height:1.2;font-weight:650;margin:4px 0 2px;letter-spacing:-.02em}.tile small{font-size:.85rem;font-weight:500;color:var(--soft);margin-left:3px}.tile span{color:var(--soft);font-size:.82rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:14px;margin:14px 0}
figure{margin:0;min-width:0}figcaption{display:flex;justify-content:space-between;align-items:baseline;gap:10px}figcaption p{margin:0;color:var(--soft);font-size:.82rem}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.82rem;color:var(--soft);margin:4px 0 12px;min-height:1.3em}.legend li::before{content:"";display:inline-block;width:10px;height:10px;border-radius:3px;background:currentColor;margin-right:5px}
.legend span{color:var(--soft)}.legend b{color:var(--ink);font-weight:600}
.plot{display:grid;grid-template:minmax(0,1fr) 20px/46px minmax(0,1fr);height:210px}
.ys,.xs{position:relative;color:var(--soft);font-size:.75rem}.ys span{position:absolute;right:8px;transform:translateY(50%)}.xs{grid-column:2}.xs span{position:absolute;top:4px;transform:translateX(-50%);white-space:nowrap}.xs span:first-child{transform:none}.xs span:last-child{transform:translateX(-100%)}
.area{position:relative;touch-action:pan-y}.area svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}.shade{fill:var(--shade)}.mark{stroke:var(--soft);stroke-dasharray:3 3;vector-effect:non-scaling-stroke}
.area em{position:absolute;top:-2px;padding-left:4px;font-size:.7rem;font-style:normal;color:var(--soft);white-space:nowrap}
.line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;vector-effect:non-scaling-stroke}.fill{fill:currentColor;opacity:.14}
.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}
.cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);display:none}
table{border-collapse:collapse;width:100%;margin-top:8px}td{padding:5px 10px 5px 0;border-top:1px solid var(--line);font-size:.9rem}tr:first-child td{border-top:0}
section.card{margin:14px 0;overflow-x:auto}.faults li{padding:3px 0;font-size:.88rem;overflow-wrap:anywhere}footer{color:var(--soft);font-size:.82rem;margin-top:24px}
@media (max-width:480px){.tiles{grid-template-columns:1fr 1fr}.plot{height:180px}}
`;

/** One place on all plots that share an x axis, and the values there in each legend. */
export const pageScript = `
const charts=[...document.querySelectorAll('[data-chart]')].map(el=>({el,area:el.querySelector('.area'),cursor:el.querySelector('.cursor'),values:[...el.querySelectorAll('.legend b')],title:el.querySelector('figcaption p'),unit:el.querySelector('figcaption p').textContent,...JSON.parse(el.querySelector('script').textContent)}));
const show=(value)=>value===null||value===undefined?'–':Math.abs(value)<10?String(Number(value.toPrecision(3))):Math.round(value).toLocaleString('en');
const move=(from,share)=>{for(const c of charts){const same=c.x.length===from.x.length&&c.x.at(-1)===from.x.at(-1);if(!same)continue;
const at=c.x[0]+share*(c.x.at(-1)-c.x[0]);let i=0;while(i<c.x.length-1&&c.x[i]<at)i++;
c.cursor.style.display='block';c.cursor.style.left=100*(c.x[i]-c.x[0])/(c.x.at(-1)-c.x[0]||1)+'%';
c.title.textContent=c.xTexts[i]+' · '+c.unit;c.values.forEach((b,n)=>{b.textContent=show(c.series[n][i])})}};
const clear=()=>{for(const c of charts){c.cursor.style.display='none';c.title.textContent=c.unit;c.values.forEach(b=>{b.textContent=''})}};
for(const c of charts){c.area.addEventListener('pointermove',e=>{const r=c.area.getBoundingClientRect();move(c,Math.min(1,Math.max(0,(e.clientX-r.left)/r.width)))});c.area.addEventListener('pointerleave',clear)}
`;

/**
 * A page as a value: `h` describes elements, `render` makes the document agree and leaves alone what agrees already, so
 * that focus, scrolling and running transitions stay. No text becomes markup, and no attribute a script or a style.
 */
const SVG = 'http://www.w3.org/2000/svg';

export interface Node_ {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly (Node_ | string)[];
}

/**
 * `on…` are handlers, `key` tells siblings apart, `mounted` gets the element once, `style` maps CSS properties; the rest
 * are attributes, absent where null or false.
 */
export type Props = Readonly<Record<string, unknown>>;
export type Child = Node_ | string | number | false | null | undefined | readonly Child[];

export function h(tag: string, props: Props = {}, ...children: Child[]): Node_ {
  return { tag, props, children: children.flatMap(flat) };
}

export function render(parent: Element, ...children: Child[]): void {
  fill(parent, children.flatMap(flat));
}

function flat(child: Child): (Node_ | string)[] {
  if (Array.isArray(child)) return child.flatMap(flat);
  if (child === null || child === undefined || child === false || child === '') return [];
  return [typeof child === 'number' ? String(child) : (child as Node_ | string)];
}

const shown = new WeakMap<Node, Node_>();

function fill(parent: Element, wanted: readonly (Node_ | string)[]): void {
  const keyed = new Map([...parent.childNodes].map((node) => [shown.get(node)?.props['key'], node]));
  wanted.forEach((want, index) => {
    const key = typeof want === 'string' ? undefined : want.props['key'];
    const here = parent.childNodes[index];
    const found = key === undefined ? here : (keyed.get(key) ?? here);
    const node = found && fits(found, want) ? found : made(want, parent);
    if (node !== here) parent.insertBefore(node, here ?? null);
    if (typeof want !== 'string') update(node as Element, want);
    else if (node.textContent !== want) node.textContent = want;
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild!.remove();
}

function fits(node: Node, want: Node_ | string): boolean {
  const old = shown.get(node);
  if (typeof want === 'string') return node.nodeType === Node.TEXT_NODE;
  return old?.tag === want.tag && old.props['key'] === want.props['key'];
}

function made(want: Node_ | string, parent: Element): Node {
  if (typeof want === 'string') return document.createTextNode(want);
  const isSvg = want.tag === 'svg' || parent.namespaceURI === SVG;
  return isSvg ? document.createElementNS(SVG, want.tag) : document.createElement(want.tag);
}

function update(element: Element, want: Node_): void {
  const old = shown.get(element);
  shown.set(element, want);
  if (old === want) return;
  for (const name of Object.keys(old?.props ?? {}))
    if (!(name in want.props)) set(element, name, null, old?.props[name]);
  for (const [name, value] of Object.entries(want.props))
    if (name === 'value' || old?.props[name] !== value) set(element, name, value, old?.props[name]);
  fill(element, want.children);
  if (!old) (want.props['mounted'] as ((element: Element) => void) | undefined)?.(element);
}

function set(element: Element, name: string, value: unknown, old: unknown): void {
  if (name === 'key' || name === 'mounted') return;
  if (name.startsWith('on')) (element as unknown as Record<string, unknown>)[name] = value;
  else if (name === 'style') {
    const { style } = element as HTMLElement;
    const wanted = (value ?? {}) as Record<string, string>;
    for (const property of Object.keys(old ?? {})) if (!(property in wanted)) style.removeProperty(property);
    for (const [property, text] of Object.entries(wanted)) style.setProperty(property, text);
  } else if (name === 'value') {
    const field = element as HTMLInputElement;
    if (field.value !== value) field.value = value as string;
  } else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : `${value as string | number | boolean}`);
}

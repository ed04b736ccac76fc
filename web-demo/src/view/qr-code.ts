import { encode } from 'uqr';

const SVG = 'http://www.w3.org/2000/svg';
// What the standard asks for around the code; cameras do not find one without it.
const QUIET_ZONE = 4;

/** A picture of the text for cameras: dark on light in every theme, as many of them read nothing else. */
export function qrCode(text: string, label: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const picture = element('svg', {
    viewBox: `0 0 ${size} ${size}`,
    role: 'img',
    'aria-label': label,
    class: 'qr-code',
  });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  picture.append(
    element('rect', { width: `${size}`, height: `${size}`, fill: '#fff' }),
    element('path', { d: squares.join(''), fill: '#000', 'shape-rendering': 'crispEdges' }),
  );
  return picture;
}

function element<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

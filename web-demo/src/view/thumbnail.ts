const WIDTH = 240;

const blobs = new WeakMap<Element, Blob>();
/** In sight and not drawn yet. What is scrolled past, or pushed out by newer ones, leaves before it costs anything. */
const waiting = new Set<HTMLCanvasElement>();
let running = false;

const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!(target instanceof HTMLCanvasElement)) continue;
      if (isIntersecting) waiting.add(target);
      else waiting.delete(target);
    }
    void run();
  },
  { rootMargin: '200px' },
);

/**
 * A small picture of the blob, drawn when it comes near the visible part of the page. A full-size <img> for each of
 * two hundred photos would hold gigabytes of decoded pixels; this holds about 150 KB each.
 */
export function thumbnail(blob: Blob): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = 'thumbnail';
  canvas.setAttribute('aria-hidden', 'true');
  blobs.set(canvas, blob);
  sight.observe(canvas);
  return canvas;
}

export function forgetThumbnail(canvas: HTMLCanvasElement): void {
  sight.unobserve(canvas);
  waiting.delete(canvas);
}

/** One a frame: decoding in parallel would take all cores from the transfers. */
async function run(): Promise<void> {
  if (running) return;
  running = true;
  for (let next = newest(); next; next = newest()) {
    const blob = blobs.get(next);
    forgetThumbnail(next);
    if (blob && next.isConnected) await draw(blob, next);
    await new Promise(requestAnimationFrame);
  }
  running = false;
}

/** The one that came into sight last: while many arrive, those before it are likely out of sight again. */
function newest(): HTMLCanvasElement | undefined {
  return [...waiting].at(-1);
}

async function draw(blob: Blob, canvas: HTMLCanvasElement): Promise<void> {
  try {
    const picture =
      blob.type === 'image/svg+xml' ? await viaElement(blob) : await createImageBitmap(blob, { resizeWidth: WIDTH });
    canvas.width = WIDTH;
    canvas.height = Math.max(1, Math.round((picture.height / Math.max(picture.width, 1)) * WIDTH));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (picture instanceof ImageBitmap) picture.close();
    canvas.dataset['drawn'] = '';
  } catch {
    // No picture, or one this browser cannot read: the style shows a plain tile.
    canvas.classList.add('no-picture');
  }
}

/** createImageBitmap takes no SVG. In an <img> an SVG runs no script and loads nothing. */
async function viaElement(blob: Blob): Promise<HTMLImageElement> {
  const image = new Image(WIDTH);
  const url = URL.createObjectURL(blob);
  try {
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

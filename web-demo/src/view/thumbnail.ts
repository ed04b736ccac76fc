const WIDTH = 240;

const queue: { readonly blob: Blob; readonly canvas: HTMLCanvasElement }[] = [];
let running = false;

const blobs = new WeakMap<Element, Blob>();
const visible = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      const blob = blobs.get(target);
      if (!isIntersecting || !blob || !(target instanceof HTMLCanvasElement)) continue;
      visible.unobserve(target);
      queue.push({ blob, canvas: target });
      void run();
    }
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
  canvas.width = WIDTH;
  canvas.height = (WIDTH * 3) / 4;
  blobs.set(canvas, blob);
  visible.observe(canvas);
  return canvas;
}

export function forgetThumbnail(canvas: HTMLCanvasElement): void {
  visible.unobserve(canvas);
}

/** One at a time: decoding in parallel would take all cores from the transfers. */
async function run(): Promise<void> {
  if (running) return;
  running = true;
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.canvas.isConnected) await draw(next.blob, next.canvas);
  }
  running = false;
}

async function draw(blob: Blob, canvas: HTMLCanvasElement): Promise<void> {
  const context = canvas.getContext('2d');
  if (!context) return;
  try {
    const picture =
      blob.type === 'image/svg+xml' ? await viaElement(blob) : await createImageBitmap(blob, { resizeWidth: WIDTH });
    canvas.height = Math.max(1, Math.round((picture.height / Math.max(picture.width, 1)) * WIDTH));
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (picture instanceof ImageBitmap) picture.close();
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

// What tests run inside a page: before anything else does (addInitScript), or in between (evaluate, waitForFunction).

/** Keeps every connection that was ever made to another page, in the order they were made. */
export function rememberConnections() {
  const made = [];
  Object.assign(window, { made });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') made.push(this);
      });
    }
  };
}

export const connectionsMade = () => Object(window).made.length;

export const startsTheConnection = () => Object(window).made[0].localDescription.type === 'offer';

export const breakConnection = () => Object(window).made[0].close();

export const closeConnections = () => Object(window).made.forEach((connection) => connection.close());

export const isConnectedAnew = () => Object(window).made.at(1)?.connectionState === 'connected';

/** Whatever arrives stays unverified, so under way, until `verifyNow`. */
export function holdVerification() {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const released = new Promise((resolve) => Object.assign(window, { verify: resolve }));
  crypto.subtle.digest = async (...args) => {
    Object.assign(window, { isVerifying: true });
    await released;
    return digest(...args);
  };
}

export const isVerifying = () => Object(window).isVerifying === true;

export const verifyNow = () => Object(window).verify();

/** Pickers that choose without a person: files and folders of the origin-private file system, whose handles are real ones. */
export function pickersIntoOwnFiles() {
  const getDirectory = navigator.storage.getDirectory.bind(navigator.storage);
  const folderCalled = async (name) => (await getDirectory()).getDirectoryHandle(name, { create: true });
  const page = Object.assign(window, {
    /** How often a picker was opened. */
    picked: 0,
    /** The next one is closed without a choice. */
    closesPicker: false,
  });
  const unlessClosed = () => {
    page.picked += 1;
    if (!page.closesPicker) return;
    page.closesPicker = false;
    throw new DOMException('The user aborted a request.', 'AbortError');
  };
  Object.assign(window, {
    async showDirectoryPicker() {
      unlessClosed();
      return folderCalled('picked');
    },
    async showSaveFilePicker({ suggestedName }) {
      unlessClosed();
      return (await folderCalled('picked')).getFileHandle(suggestedName, { create: true });
    },
    async showOpenFilePicker() {
      unlessClosed();
      const handles = [];
      for await (const handle of (await folderCalled('to share')).values()) handles.push(handle);
      return handles;
    },
  });
}

/** As in browsers, or windows, that keep no files for pages. Comes after the pickers, which have their own way there. */
export function withoutOwnFiles() {
  navigator.storage.getDirectory = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
}

/** As in browsers that have none. */
export function withoutPickers() {
  Object.assign(window, {
    showSaveFilePicker: undefined,
    showOpenFilePicker: undefined,
    showDirectoryPicker: undefined,
  });
}

/** What lies in a folder of the origin-private file system: path, size, and what is not large as text. */
export async function filesUnder(top) {
  const found = [];
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
      else {
        const file = await handle.getFile();
        found.push([`${path}${name}`, file.size, file.size < 10_000 ? await file.text() : undefined]);
      }
    }
  };
  try {
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(top), '');
  } catch (error) {
    if (error.name !== 'NotFoundError') throw error;
  }
  return found.sort();
}

/** Whether that folder of the origin-private file system has nothing in it. */
export async function isEmpty(top) {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(top);
  return (await folder.keys().next()).done === true;
}

/** What is written to files of the origin-private file system stays unwritten after so many bytes, until the page is loaded anew. */
export function holdWritesAfter(most) {
  const write = FileSystemWritableFileStream.prototype.write;
  let written = 0;
  Object.assign(window, { isHeld: false });
  FileSystemWritableFileStream.prototype.write = async function (chunk) {
    if (written >= most) {
      Object.assign(window, { isHeld: true });
      await new Promise(() => {});
    }
    written += chunk.byteLength;
    return write.call(this, chunk);
  };
}

export const isHeld = () => Object(window).isHeld === true;

/** Of all channels to other pages, by what the browser counts. Needs `rememberConnections`. */
export async function bytesReceived() {
  let bytes = 0;
  for (const connection of Object(window).made)
    for (const report of (await connection.getStats()).values())
      if (report.type === 'data-channel') bytes += report.bytesReceived;
  return bytes;
}

/**
 * This page reads so many bytes of its files as ever, and the rest slowly until `readFast`: the middle of a transfer lasts as long as a test
 * needs it.
 */
export function readSlowlyFrom(fast) {
  const stream = Blob.prototype.stream;
  const piece = 128 * 1024;
  let isSlow = true;
  let read = 0;
  Object.assign(window, { readFast: () => (isSlow = false) });
  Blob.prototype.stream = function () {
    const slow = new window.TransformStream({
      async transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += piece) {
          read += piece;
          if (isSlow && read > fast) await new Promise((resolve) => setTimeout(resolve, 50));
          controller.enqueue(chunk.slice(at, at + piece));
        }
      },
    });
    return stream.call(this).pipeThrough(slow);
  };
}

export const readFast = () => Object(window).readFast();

/** From now on no socket opens, until `findServer`. */
export function loseServer() {
  Object.assign(window, { WebSocketBefore: window.WebSocket });
  window.WebSocket = /** @type {any} */ (
    class extends EventTarget {
      constructor() {
        super();
        queueMicrotask(() => this.dispatchEvent(new Event('close')));
      }
      send() {}
      close() {}
    }
  );
}

export function findServer() {
  window.WebSocket = Object(window).WebSocketBefore;
  window.dispatchEvent(new Event('online'));
}

// What some browsers have and TypeScript's library does not know.

interface SaveOptions {
  readonly suggestedName: string;
}

interface Pickers {
  readonly showOpenFilePicker?: (options: { readonly multiple: boolean }) => Promise<FileSystemFileHandle[]>;
  readonly showSaveFilePicker?: (options: SaveOptions) => Promise<FileSystemFileHandle>;
  readonly showDirectoryPicker?: (options: {
    readonly mode: 'read' | 'readwrite';
  }) => Promise<FileSystemDirectoryHandle>;
}

/** Looked up whenever they are wanted. Undefined where the browser has none. */
export const pickers = (): Pickers => globalThis as Pickers;

/** What the person answered who closed a picker. Everything else that it throws is a failure. */
export function isNoChoice(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export type AnyHandle = FileSystemFileHandle | FileSystemDirectoryHandle;

interface Permission {
  queryPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
}

/** Whether what lies behind the handle may be read as it is. */
export async function mayRead(handle: AnyHandle): Promise<boolean> {
  return ((await (handle as Permission).queryPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';
}

/** Asks the person for it, who has just clicked. */
export async function askToRead(handle: AnyHandle): Promise<boolean> {
  return ((await (handle as Permission).requestPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';
}

/** Undefined where the browser gives none for what was dropped. To be called while the drop is handled. */
export function handleOf(item: DataTransferItem): Promise<AnyHandle | null> | undefined {
  return (item as { getAsFileSystemHandle?(): Promise<AnyHandle | null> } & DataTransferItem).getAsFileSystemHandle?.();
}

export function childrenOf(folder: FileSystemDirectoryHandle): AsyncIterable<AnyHandle> {
  return (folder as FileSystemDirectoryHandle & { values(): AsyncIterable<AnyHandle> }).values();
}

import { MAX_ROOM_NAME, roomName } from '../../shared/room-name.mjs';
import { texts } from '../texts/current.js';

const LOBBY = 'lobby';
const PRIVATE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Room {
  readonly name: string;
  /** Whether anyone who opens the page without a room is in it. */
  readonly isPublic: boolean;
  /** As a part of a sentence. */
  readonly title: string;
}

/** The room that the address names, the lobby if it names none, or what is wrong with it, in a sentence. */
export function roomInAddress(): Room | { readonly problem: string } {
  const fragment = location.hash.slice(1);
  if (fragment === '') return roomCalled(LOBBY);
  const asked = new URLSearchParams(fragment).get('room');
  if (asked === null) return { problem: texts.room.noFragment(decoded(fragment)) };
  const name = roomName(asked);
  if (name === undefined) return { problem: texts.room.noName(asked, MAX_ROOM_NAME) };
  return roomCalled(name);
}

/** A room that nobody finds who was not told of it. */
export function newPrivateRoom(): Room {
  return roomCalled(crypto.randomUUID());
}

/** This page's address with the room in it. */
export function addressOf(room: Room): string {
  const address = new URL(location.href);
  address.hash = new URLSearchParams({ room: room.name }).toString();
  return address.href;
}

function roomCalled(name: string): Room {
  const isPublic = name === LOBBY;
  const { lobby, private: secret, named } = texts.room;
  return { name, isPublic, title: isPublic ? lobby : PRIVATE.test(name) ? secret : named(name) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

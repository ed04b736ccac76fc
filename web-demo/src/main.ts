import './style/main.css';
import { expireOffers } from './session/expiry.js';
import { Intake } from './session/intake.js';
import { joinRoom, loopback, type Meeting } from './session/meeting.js';
import { Store } from './session/store.js';
import { WireLog } from './session/wire-log.js';
import { byId, setText } from './util/dom.js';
import { onNextFrame } from './util/schedule.js';
import { announceChanges } from './view/announcements.js';
import { showGallery } from './view/gallery.js';
import { showOffers } from './view/offers.js';
import { showPeople } from './view/people.js';
import { showProblems } from './view/problems.js';
import { showPreparing, showShare, showSides } from './view/share.js';
import { showSpeed } from './view/speed-graph.js';
import { showStatus } from './view/status.js';
import { showTransfers } from './view/transfers.js';
import { showWire } from './view/wire.js';

// The server takes the same; anything else in the address is somebody's typing error.
const ROOM_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_ROOM = 'lobby';

const store = new Store();
const wireLog = new WireLog();
const autoAccept = byId('auto-accept', HTMLInputElement);
const roomState = byId('room-state', HTMLElement);
const setStatus = showStatus(store);

function roomInAddress(): string {
  const room = new URLSearchParams(location.hash.slice(1)).get('room') ?? '';
  return ROOM_NAME.test(room) ? room : DEFAULT_ROOM;
}

function enterRoom(): Meeting {
  const room = roomInAddress();
  byId('room-actions', HTMLElement).hidden = false;
  setText(roomState, `Joining room “${room}”…`);
  return joinRoom(
    room,
    { store, wireLog, acceptsAutomatically: () => autoAccept.checked },
    {
      joined(name) {
        setStatus('here');
        setText(roomState, `Room “${room}”, you are ${name}`);
      },
      offline(reason) {
        setStatus('offline');
        const text =
          reason ||
          'The signalling server cannot be reached; trying again… Without one, try both sides in this page (?loopback).';
        setText(roomState, text);
      },
    },
  );
}

function enterLoopback(): Meeting {
  setStatus('loopback');
  setText(roomState, 'Loopback: both sides are in this page');
  return loopback({ store, wireLog, acceptsAutomatically: () => autoAccept.checked });
}

function start(): void {
  const isLoopback = new URLSearchParams(location.search).has('loopback');
  const meeting = isLoopback ? enterLoopback() : enterRoom();
  const side = showSides(meeting.sides);
  const intake = new Intake(store, (done, total) => onNextFrame(() => showPreparing(done, total)));

  showShare(store, (files) => {
    // The side is the one chosen now, not when a file's turn to be read comes.
    const sideId = side();
    intake.add(files, (shared) => meeting.share(shared, sideId));
  });
  autoAccept.addEventListener('change', () => {
    if (!autoAccept.checked) return;
    for (const offer of store.offers.values()) if (offer.state === 'waiting') meeting.accept(offer);
  });
  showOffers(store, (offer) => meeting.accept(offer));
  showTransfers(store, (transfer) => meeting.retry(transfer));
  showRoomActions();

  // The others see at once that this tab is gone, instead of when its connection times out.
  addEventListener('pagehide', () => meeting.close());
  // A page from the back-forward cache would come back with everything closed.
  addEventListener('pageshow', (event) => event.persisted && location.reload());
  addEventListener('hashchange', () => location.reload());
}

function showRoomActions(): void {
  const copy = byId('copy-invite', HTMLButtonElement);
  byId('second-tab', HTMLAnchorElement).href = location.href;
  copy.addEventListener('click', () => {
    const invite = new URL(location.href);
    invite.hash = `room=${roomInAddress()}`;
    navigator.clipboard.writeText(invite.href).then(
      () => setText(copy, 'Invite link copied'),
      () => store.report(`The invite link could not be copied. Copy it from here: ${invite.href}`),
    );
  });
  copy.addEventListener('blur', () => setText(copy, 'Copy invite link'));
  byId('private-room', HTMLButtonElement).addEventListener('click', () => {
    location.hash = `room=${crypto.randomUUID()}`;
  });
}

showProblems(store);
showPeople(store);
showGallery(store);
showSpeed(store);
showWire(wireLog);
announceChanges(store);
expireOffers(store);

if (window.isSecureContext) {
  start();
} else {
  // No crypto.subtle here, so nothing can be hashed and nothing that arrives can be verified.
  setStatus('unavailable');
  setText(roomState, 'Not available at this address');
  store.report('Browsers allow this only on https or on localhost. Open the page at one of those addresses.');
}

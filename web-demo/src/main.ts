import './style/main.css';
import { expireOffers } from './session/expiry.js';
import { load, save } from './session/identity.js';
import { Intake } from './session/intake.js';
import { joinRoom, loopback, LOOPBACK_SIDES, PAGE_SIDE, type Meeting, type Surroundings } from './session/meeting.js';
import { Messages } from './session/messages.js';
import { whatIsMissing } from './session/requirements.js';
import { addressOf, roomInAddress, type Room } from './session/room.js';
import { takeShare } from './session/shared-with-app.js';
import { Store } from './session/store.js';
import { WireLog } from './session/wire-log.js';
import { Sharer } from './sharing/sharer.js';
import { openTab, type Tab } from './tab.js';
import { refusalText, texts } from './texts/current.js';
import { writeTexts } from './texts/in-page.js';
import { byId, setText } from './util/dom.js';
import { onNextFrame } from './util/schedule.js';
import { keepForOffline } from './util/service-worker.js';
import { announceChanges } from './view/announcements.js';
import { showAudience } from './view/audience.js';
import { showGallery } from './view/gallery.js';
import { showMessages } from './view/messages.js';
import { showNotifications } from './view/notifications.js';
import { showOffers } from './view/offers.js';
import { showPeople } from './view/people.js';
import { showPicking } from './view/picking.js';
import { showProblems } from './view/problems.js';
import { showRoomActions } from './view/room-actions.js';
import { showRoomLeft } from './view/room-left.js';
import { showShareAgain } from './view/share-again.js';
import { showPreparing, showShare, showSides } from './view/share.js';
import { showSpeed } from './view/speed-graph.js';
import { showStatus } from './view/status.js';
import { showProgressInTitle } from './view/title.js';
import { showTransfers } from './view/transfers.js';
import { showWire } from './view/wire.js';

writeTexts();

const store = new Store();
const wireLog = new WireLog();
const autoAccept = byId('auto-accept', HTMLInputElement);
const roomState = byId('room-state', HTMLElement);
const setStatus = showStatus(store);
const messages = new Messages();
let surroundings: Surroundings = {
  store,
  wireLog,
  acceptsAutomatically: () => autoAccept.checked,
  onText: messages.receive,
};

/** What is kept of it when it is reloaded. */
let tab: Tab | undefined;

/** Where this page is now; what it shares and has received goes with it. */
let meeting: Meeting | undefined;

function enterRoom({ name, title }: Room): Meeting {
  setStatus('starting');
  setText(roomState, texts.room.joining(title));
  return joinRoom(name, surroundings, {
    joined(nickname) {
      setStatus('here');
      setText(roomState, texts.room.joined(title, nickname));
    },
    unreachable() {
      setStatus('offline');
      const isConnected = store.peers.values().some(({ state }) => state === 'connected');
      const rest = isConnected ? texts.room.goesOn : texts.room.tryLoopback;
      setText(roomState, `${texts.room.unreachable} ${rest}`);
    },
    refused(code) {
      setStatus(code === 'room-full' ? 'full' : 'refused');
      setText(roomState, texts.room.refused(title, refusalText(code)));
    },
  });
}

function followAddresses(): void {
  let current: Room | undefined;
  const showRoom = showRoomActions(store, (room) => {
    location.hash = new URL(addressOf(room)).hash;
  });
  const follow = (): void => {
    const asked = roomInAddress();
    const room = 'problem' in asked ? undefined : asked;
    if (!room || room.name !== current?.name) {
      meeting?.close();
      meeting = room && enterRoom(room);
      current = room;
    }
    if ('problem' in asked) {
      setStatus('wrong room');
      setText(roomState, asked.problem);
    }
    showRoom(room);
  };
  addEventListener('hashchange', follow);
  follow();
}

function enterLoopback(): void {
  setStatus('loopback');
  setText(roomState, texts.room.loopback);
  meeting = loopback(surroundings);
}

function start(): void {
  const isLoopback = new URLSearchParams(location.search).has('loopback');
  // Before anything takes links from the address.
  const share = takeShare().catch(() => {
    store.report(texts.share.lost);
    return undefined;
  });
  const side = showSides(isLoopback ? LOOPBACK_SIDES : [PAGE_SIDE]);
  const audience = isLoopback ? () => undefined : showAudience(store);
  const intake = new Intake(store, {
    share: (shared) => meeting?.share(shared),
    withdraw: (shared) => meeting?.withdraw(shared),
    progress: (done, total) => onNextFrame(() => showPreparing(done, total)),
  });
  const opening = openTab(store, PAGE_SIDE.side, !isLoopback);
  const sharer = new Sharer(store, intake, opening);
  // The side and the audience are those chosen now, not when a file's turn to be read comes.
  showPicking((found) => void sharer.add(found, side(), audience()));
  showShare(store, { withdraw: (shared) => meeting?.withdraw(shared) });
  const putText = showMessages(messages, () => {
    const all = meeting?.connections(side()) ?? [];
    const chosen = audience();
    return all.filter(({ peerId }) => chosen === undefined || peerId === chosen);
  });
  void share.then((taken) => {
    if (!taken) return;
    if (taken.text) putText(taken.text);
    const found = taken.files.map((file) => Promise.resolve({ name: file.name, files: [{ file }] }));
    void sharer.add(found, side(), audience());
  });
  autoAccept.addEventListener('change', () => {
    save('accepts', autoAccept.checked);
    if (!autoAccept.checked) return;
    for (const offer of store.offers.values()) if (offer.state !== 'accepted') meeting?.accept(offer);
  });
  showOffers(store, {
    accept: (offer) => tab?.saver.byClick(() => meeting?.accept(offer)),
    acceptAll: (offers) => offers.forEach((offer) => meeting?.accept(offer)),
    decline: (offer) => meeting?.decline(offer),
  });
  showTransfers(store, {
    pause: (transfer) => meeting?.pause(transfer),
    resume: (transfer) => meeting?.resume(transfer),
    cancel: (transfer) => meeting?.cancel(transfer),
    tryAgain: (transfer) => tab?.saver.byClick(() => meeting?.tryAgain(transfer)),
    dismiss: ({ key }) => store.transfers.delete(key),
  });
  void opening.then((opened) => enter(opened, sharer, isLoopback));

  keepForOffline();
  // The others see at once that this tab is gone, instead of when its connection times out.
  addEventListener('pagehide', () => {
    tab?.leave();
    meeting?.close();
  });
  // A page from the back-forward cache would come back with everything closed.
  addEventListener('pageshow', (event) => event.persisted && location.reload());
}

/** The tab is what it was before it was reloaded, and goes where it was. */
function enter(opened: Tab, sharer: Sharer, isLoopback: boolean): void {
  tab = opened;
  surroundings = { ...surroundings, saver: opened.saver };
  // What is here again after a reload is no news.
  announceChanges(store, messages, showNotifications());
  if (load('accepts') === true) autoAccept.checked = true;
  if (opened.before) showShareAgain(opened.before, sharer);
  if (opened.kept) showRoomLeft(store, opened.kept);
  if (isLoopback) enterLoopback();
  else followAddresses();
}

showProblems(store);
showPeople(store);
showGallery(store, {
  isSaved: (blob) => tab?.saver.isSaved(blob) === true,
  delete: (file) => store.deleteReceived(file),
});
showSpeed(store);
showWire(wireLog);
showProgressInTitle(store);
expireOffers(store);

const missing = whatIsMissing();
if (missing === undefined) {
  start();
} else {
  setStatus('unavailable');
  setText(roomState, texts.status.unavailable);
  store.report(missing);
}

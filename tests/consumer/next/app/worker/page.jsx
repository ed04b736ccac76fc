'use client';
import { PeerSession, safeName } from 'peer-session/worker';
import { useEffect } from 'react';
import { exchange } from '../../shared/exchange.mjs';
import { report } from '../../shared/report.mjs';

export default function Page() {
  useEffect(() => report(exchange(PeerSession, {}, { offersLane: false })), []);
  return <p>{safeName('worker.png')}</p>;
}

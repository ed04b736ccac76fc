'use client';
import { load, PeerSession, safeName } from 'peer-session/lazy';
import { useEffect } from 'react';
import { exchange } from '../../shared/exchange.mjs';
import { report } from '../../shared/report.mjs';

export default function Page() {
  useEffect(() => report(load().then(() => exchange(PeerSession))), []);
  return <p>{safeName('lazy.png')}</p>;
}

// Everything that an operator can set, read from the environment in this one place. docs/deploy.md shows this list; a
// test compares them.
import { DEFAULT_LIMITS } from './limits.mjs';

// More would make setTimeout() fire at once.
const LARGEST = 2 ** 31 - 1;

const wholeNumber = (from, to) => (text) => {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= from && number <= to)) throw new Error(`must be a number from ${from} to ${to}`);
  return number;
};

const port = wholeNumber(0, 65_535);

const oneOf =
  (...words) =>
  (text) => {
    if (!words.includes(text)) throw new Error(`must be ${words.join(' or ')}`);
    return text;
  };

const optional = (read) => (text) => (text === '' ? undefined : read(text));

const list = (read) => (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(read);

function pathPrefix(text) {
  if (!/^\/(?:[\w.~-]+\/)*$/.test(text)) throw new Error('must begin and end with a slash, like /files/');
  return text;
}

function origin(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== text) {
    throw new Error('must be origins like https://files.example.org, without a path, with commas between them');
  }
  return text;
}

const urlOf = (form, schemes) => (text) => {
  if (!form.test(text) || !URL.canParse(text)) throw new Error(`must be addresses that begin with ${schemes}`);
  return text;
};

function secret(text) {
  if (text.length < 16) throw new Error('must have at least 16 characters, like those of: openssl rand -hex 32');
  return text;
}

/**
 * `read` makes the value of a text or throws what the text must be; `to` is where it goes in the settings.
 *
 * @type {{ name: string, fallback: string, read: (text: string) => unknown, to: string, isSecret?: boolean, means: string }[]}
 */
export const SETTINGS = [
  {
    name: 'PORT',
    fallback: '8080',
    read: port,
    to: 'port',
    means: 'Where it listens; 0 is any free one. `npm start` takes the next free one if it is in use',
  },
  {
    name: 'HOST',
    fallback: 'localhost',
    read: String,
    to: 'host',
    means: 'The address to listen at. `0.0.0.0` is everyone; behind a proxy on the same machine the default is right',
  },
  {
    name: 'BASE_PATH',
    fallback: '/',
    read: pathPrefix,
    to: 'basePath',
    means: 'The path that the page is below, like `/files/`, when a proxy passes it on. Not needed when it strips it',
  },
  {
    name: 'TRUST_PROXY',
    fallback: '0',
    read: wholeNumber(0, 8),
    to: 'trustProxy',
    means:
      'How many proxies are before the server. Only then are `X-Forwarded-For` and `X-Forwarded-Host` believed, as far as these proxies wrote them',
  },
  {
    name: 'ALLOWED_ORIGINS',
    fallback: '',
    read: list(origin),
    to: 'allowedOrigins',
    means:
      'The only origins whose pages may connect, with commas between them. Without it: those with the host that the request names',
  },
  {
    name: 'SIGNALLING_BUS',
    fallback: '',
    read: list(urlOf(/^(?:nats|tls):\/\/[^/?#]+\/?$/, 'nats:// or tls://')),
    to: 'bus.servers',
    // There may be a password in it.
    isSecret: true,
    means:
      'NATS servers, like `nats://127.0.0.1:4222`, through which several processes share rooms. Without it: one process',
  },
  {
    name: 'NATS_TOKEN',
    fallback: '',
    read: optional(String),
    to: 'bus.token',
    isSecret: true,
    means: 'The token that the NATS servers ask for',
  },
  {
    name: 'NATS_CREDS',
    fallback: '',
    read: optional(String),
    to: 'bus.credentials',
    means: 'The file with the credentials (`.creds`) that the NATS servers ask for',
  },
  {
    name: 'STUN_URLS',
    fallback: '',
    read: list(urlOf(/^stuns?:[^\s,]+$/, 'stun: or stuns:')),
    to: 'turn.stunUrls',
    means: 'STUN servers for the pages, with commas between them',
  },
  {
    name: 'TURN_URLS',
    fallback: '',
    read: list(urlOf(/^turns?:[^\s,]+$/, 'turn: or turns:')),
    to: 'turn.urls',
    means: 'TURN servers for the pages, like `turn:turn.example.org:3478`, with commas between them',
  },
  {
    name: 'TURN_SECRET',
    fallback: '',
    read: optional(secret),
    to: 'turn.secret',
    isSecret: true,
    means: 'What coturn has as `static-auth-secret`. The pages get credentials made with it, and never the secret',
  },
  {
    name: 'TURN_TTL',
    fallback: '3600',
    read: wholeNumber(60, 86_400),
    to: 'turn.ttl',
    means: 'For how many seconds a credential is good',
  },
  {
    name: 'METRICS_PORT',
    fallback: '',
    read: optional(port),
    to: 'metrics.port',
    means: 'A port of its own for `/metrics`, without a token. Without this and `METRICS_TOKEN` there are no metrics',
  },
  {
    name: 'METRICS_HOST',
    fallback: 'localhost',
    read: String,
    to: 'metrics.host',
    means: 'The address for `METRICS_PORT`',
  },
  {
    name: 'METRICS_TOKEN',
    fallback: '',
    read: optional(secret),
    to: 'metrics.token',
    isSecret: true,
    means: 'Makes `/metrics` public on `PORT` for who sends `Authorization: Bearer` with it',
  },
  {
    name: 'LOG_FORMAT',
    fallback: 'text',
    read: oneOf('text', 'json'),
    to: 'logFormat',
    means: '`text` for people, `json` for machines: one object for each line',
  },
];

/** Each limit by its name in limits.mjs: maxRooms is MAX_ROOMS. */
export const LIMIT_SETTINGS = Object.entries(DEFAULT_LIMITS).map(([name, value]) => ({
  name: name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  fallback: String(value),
  read: wholeNumber(1, LARGEST),
  to: `limits.${name}`,
}));

/**
 * The settings, with a value for every name. Throws one Error that says all that is wrong, a line for each.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {any}
 */
export function readSettings(env) {
  const settings = {};
  const problems = [];
  for (const setting of [...SETTINGS, ...LIMIT_SETTINGS]) {
    const { name, fallback, read, to } = setting;
    // An empty line in an environment file is as good as none.
    const text = env[name]?.trim() || fallback;
    try {
      put(settings, to.split('.'), read(text));
    } catch (error) {
      problems.push(`${name} ${error.message}${setting.isSecret ? '' : `, not "${text}"`}.`);
    }
  }
  const { turn } = settings;
  if (problems.length === 0 && turn.urls.length > 0 && turn.secret === undefined) {
    problems.push('TURN_URLS needs TURN_SECRET: without it no credentials can be made.');
  } else if (problems.length === 0 && turn.urls.length === 0 && turn.secret !== undefined) {
    problems.push('TURN_SECRET is of no use without TURN_URLS.');
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}

function put(object, [first, ...rest], value) {
  if (rest.length === 0) object[first] = value;
  else put((object[first] ??= {}), rest, value);
}

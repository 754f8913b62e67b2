/**
 * The configuration of nginx in front of the processes of one host, for the ports that there are and no others: a
 * pattern for "any port" would be an open door to everything that listens on this machine.
 */
import { MAX_HTTP_BODY_BYTES } from "../../src/limits.ts";

export interface NginxSite {
  /** What `listen` says, for example `80` or `127.0.0.1:8080`. */
  readonly listen: readonly string[];
  /** Names it answers to; `_` for any. */
  readonly serverName: string;
  /** The processes' own ports on this host. */
  readonly ports: readonly number[];
  /** Where they listen; `{port}` in it stands for the port, where each has a name of its own (containers). */
  readonly upstreamHost: string;
  /** Undefined: no TLS here. Otherwise what comes to `listen` is sent on to https. */
  readonly tls?: {
    /** Has `fullchain.pem` and `privkey.pem`, as certbot makes them. */
    readonly folder: string;
    readonly listen: readonly string[];
  } | undefined;
  /** The built browser client, served from disk; undefined: by the processes, as everything else is. */
  readonly clientDir?: string | undefined;
  /** Where the access log goes; undefined: nowhere. */
  readonly accessLog?: string | undefined;
  /** Where the error log goes; undefined: nginx's own. */
  readonly errorLog?: string | undefined;
}

/** A player holds two connections here; so many per worker are 4,000 players. */
const WORKER_CONNECTIONS = 8192;
/** Node's server closes an idle connection after 5 s: nginx must have let go of it by then, or a request falls between. */
const UPSTREAM_IDLE_S = 4;
/** Far above the 3 s in which the server asks for a sign of life: nginx never ends a quiet connection by itself. */
const SOCKET_IDLE_S = 3600;

const upstream = (site: NginxSite, port: number): string => `${site.upstreamHost.replaceAll("{port}", String(port))}:${port}`;

/** What goes into nginx' `http` block: a file for /etc/nginx/conf.d. */
export function siteConf(site: NginxSite): string {
  const tries = Math.max(2, site.ports.length);
  return `# Made by \`npm run cluster -- nginx\`; change its arguments rather than this file.

upstream waystone {
${site.ports.map((port) => `  server ${upstream(site, port)} max_fails=0;`).join("\n")}
  keepalive 32;
  keepalive_timeout ${UPSTREAM_IDLE_S}s;
}

# Without query strings: that of a game connection carries a player's token.
log_format waystone '$remote_addr $time_iso8601 "$request_method $uri" $status $body_bytes_sent '
                    '$request_time $upstream_addr $upstream_status';

map $http_upgrade $waystone_is_socket {
  default 0;
  ~*^websocket$ 1;
}
${site.tls === undefined ? "" : toTls(site)}
server {
${listens(site)}
  server_name ${site.serverName};
${site.tls === undefined ? "  # For TLS: `--tls FOLDER`; clients find wss by themselves.\n" : certificates(site.tls.folder)}
  access_log ${site.accessLog === undefined ? "off" : `${site.accessLog} waystone`};${site.errorLog === undefined ? "" : `\n  error_log ${site.errorLog};`}
  server_tokens off;
  client_max_body_size ${MAX_HTTP_BODY_BYTES / 1024}k;
  # Nobody sends a login over minutes.
  client_header_timeout 10s;
  client_body_timeout 10s;

  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  # What the client says of itself is overwritten: the server believes these.
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;

  # Joining. Any process answers, and names the one to play on. One that closes answers 503; asking the next twice does
  # no harm, since a seat that nobody takes is given back.
  location /matchmake/ {
    proxy_pass http://waystone;
    proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
    proxy_next_upstream_tries ${tries};
    proxy_next_upstream_timeout 10s;
  }

${site.ports.map((port) => playLocation(port, upstream(site, port))).join("\n\n")}

  # For operators, from inside: each process by its own port.
  location /metrics { return 404; }
  location /peer { return 404; }
${assets(site.clientDir)}
  location / {
    proxy_pass http://waystone;
    # Only what may be asked twice: nginx does not repeat a POST that has been sent.
    proxy_next_upstream error timeout http_502 http_503;
    proxy_next_upstream_tries ${tries};
    proxy_next_upstream_timeout 10s;
  }
}
`;
}

function listens({ listen, tls }: NginxSite): string {
  return (tls === undefined ? listen : tls.listen.map((place) => `${place} ssl`)).map((place) => `  listen ${place};`).join("\n");
}

function certificates(folder: string): string {
  return `  ssl_certificate ${quoted(`${folder}/fullchain.pem`)};
  ssl_certificate_key ${quoted(`${folder}/privkey.pem`)};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:waystone:10m;
  ssl_session_timeout 1d;
  ssl_session_tickets off;
  # Browsers come by https from then on. Take it out before you go back to http.
  add_header Strict-Transport-Security "max-age=31536000" always;
`;
}

/** Sends whoever comes by http to https, but for those who prove that the name is ours (certbot with --webroot). */
function toTls({ listen, serverName, accessLog }: NginxSite): string {
  return `
server {
${listen.map((place) => `  listen ${place};`).join("\n")}
  server_name ${serverName};
  access_log ${accessLog === undefined ? "off" : `${accessLog} waystone`};
  server_tokens off;
  location /.well-known/acme-challenge/ { root /var/www/html; }
  location / { return 301 https://$host$request_uri; }
}
`;
}

/** The game connection to one process: \`wss://<name>/<port>/<process>/<room>\`, as the seat's public address says. */
function playLocation(port: number, place: string): string {
  return `  location /${port}/ {
    if ($waystone_is_socket = 0) { return 404; }
    # nginx' messages of errors quote the query string.
    error_log /dev/null crit;
    proxy_pass http://${place}/;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_read_timeout ${SOCKET_IDLE_S}s;
    proxy_send_timeout 60s;
    proxy_buffering off;
  }`;
}

/** Files whose names carry a hash of what is in them. */
function assets(clientDir: string | undefined): string {
  if (clientDir === undefined) return "";
  return `
  location /assets/ {
    root ${quoted(clientDir)};
    access_log off;
    gzip on;
    gzip_types text/css application/javascript text/javascript image/svg+xml;
    gzip_min_length 1024;
    gzip_vary on;
    add_header Cache-Control "public, max-age=31536000, immutable";
    add_header X-Content-Type-Options nosniff;
    # What is not on this disk may be of another version that runs beside this one.
    try_files $uri @waystone;
  }
  location @waystone {
    proxy_pass http://waystone;
  }
`;
}

/** A whole configuration for an nginx of our own that writes only into \`folder\` and needs no rights. */
export function wholeConf(site: NginxSite, folder: string): string {
  const path = (name: string): string => quoted(`${folder}/${name}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((part) => `  ${part}_temp_path ${path(`temp-${part}`)};`).join("\n");
  return `worker_processes auto;
pid ${path("nginx.pid")};
error_log ${path("error.log")} warn;
events { worker_connections ${WORKER_CONNECTIONS}; }

http {
${temporary}
  types {
    text/html html;
    text/css css;
    text/javascript js mjs;
    application/json json map;
    image/svg+xml svg;
    image/png png;
    font/woff2 woff2;
  }
  default_type application/octet-stream;
  sendfile on;
  keepalive_timeout 60s;

${siteConf({ ...site, accessLog: path("access.log"), errorLog: `${path("error.log")} warn` }).split("\n").map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}}
`;
}

/** A path as nginx takes it, spaces and all. */
const quoted = (path: string): string => `"${path.replace(/["\\$]/g, "\\$&")}"`;

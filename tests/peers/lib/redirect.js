// Some clients know only the service's own host name. Their requests to it go to the sandbox instead, in plain HTTP; a
// request to any other host is refused, so that no test ever leaves this machine.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/** `hosts`: { 'api.x.com': 'http://127.0.0.1:40001' }. Call before the client is imported. */
export function redirectHosts(hosts) {
    https.request = (first, second, third) => {
        const given = typeof first === 'string' || first instanceof URL ? new URL(first) : null;
        const options = given ? (typeof second === 'object' ? second : {}) : first;
        const done = [first, second, third].find((one) => typeof one === 'function');
        const host = given ? given.hostname : options.hostname ?? options.host;
        const target = hosts[host];
        if (!target) throw new Error(`a request to ${host} would leave this machine`);
        const to = new URL(target);
        const path = given ? given.pathname + given.search : options.path ?? `${options.pathname ?? '/'}${options.search ?? ''}`;
        const { agent, agents, port, host: _host, hostname: _hostname, protocol, href, ...rest } = options;
        return http.request({ ...rest, protocol: 'http:', hostname: to.hostname, port: to.port, path }, done);
    };
    https.get = (...given) => {
        const request = https.request(...given);
        request.end();
        return request;
    };
    syncBuiltinESMExports();
}

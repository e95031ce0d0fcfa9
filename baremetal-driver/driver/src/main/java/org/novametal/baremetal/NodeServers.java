package org.novametal.baremetal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.novametal.agent.AgentApi;
import org.novametal.agent.AgentHandshakes;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.ListenAddress;
import org.novametal.baremetal.store.FileAccess;
import org.novametal.baremetal.store.Settings;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.http.HttpOptions;
import org.novametal.http.HttpService;
import org.novametal.http.Route;
import org.novametal.http.ServerCertificate;
import org.novametal.text.IoFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the servers that nodes use: one for firmware (boot scripts, kernel, ramdisk), without TLS; and, if TLS is configured,
 * another for the agent API and images. Without TLS the first one serves all.
 *
 * @param options the options
 * @param settings keeps the ports that were chosen, because ramdisks that are still running use the old addresses
 * @param known whether an address has a current lease
 * @param clock the time at which the certificate must be valid
 * @param handshakes records failed TLS handshakes
 */
record NodeServers(
        BareMetalOptions options,
        Settings settings,
        Predicate<InetAddress> known,
        InstantSource clock,
        AgentHandshakes handshakes) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServers.class);

    private static final String HTTP_PORT = "http_port";
    private static final String AGENT_API_PORT = "agent_api_port";
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);

    /**
     * Starts the servers, and sets the addresses under which nodes reach them.
     *
     * @param opened closes the servers
     * @return the servers
     * @throws DriverException {@code CONFIG_INVALID} when the certificate of the agent API cannot be used
     */
    List<HttpService> start(BootAddresses boot, RamdiskDirectory ramdisks, OpenedParts opened) {
        List<HttpService> servers = new ArrayList<>();
        BootRoutes nodes = new BootRoutes(boot, ramdisks);
        Optional<BareMetalOptions.AgentTls> tls = options.agent().tls();
        AgentApi api = new AgentApi(
                ramdisks, options.agent().ports(), tls.isPresent() ? AgentApi.Transport.TLS : AgentApi.Transport.PLAIN);
        List<Route> forAgents = new ArrayList<>(api.routes());
        forAgents.addAll(nodes.imageRoutes());
        List<Route> forFirmware = new ArrayList<>(nodes.bootRoutes());
        forFirmware.addAll(tls.isPresent() ? AgentApi.refusingRoutes() : forAgents);
        HttpOptions limits = SubsystemOptions.http(options);

        HttpService http = opened.add(listen(
                options.http().listen(), HTTP_PORT, address -> HttpService.start(address, forFirmware, limits, known)));
        servers.add(http);
        URI base = options.http().url().orElse(http.baseUri());
        if (tls.isPresent()) {
            servers.add(startAgentApi(tls.get(), base, boot, forAgents, limits, opened));
        }
        // The last act: from now on there are boot scripts.
        boot.setBase(base);
        LOG.info("nodes reach this host at {}", base);
        return List.copyOf(servers);
    }

    private HttpService startAgentApi(
            BareMetalOptions.AgentTls tls,
            URI base,
            BootAddresses boot,
            List<Route> routes,
            HttpOptions limits,
            OpenedParts opened) {
        String host = tls.url().map(URI::getHost).orElseGet(() -> defaultHost(tls, base));
        ServerCertificate certificate = certificate(tls, host);
        HttpService server = opened.add(listen(
                tls.listen(),
                AGENT_API_PORT,
                address -> HttpService.startTls(
                        address, routes, limits, known, certificate.sslContext(), handshakes::failed)));
        URI url = tls.url()
                .orElseGet(() ->
                        URI.create("https://" + host + ":" + server.baseUri().getPort()));
        boot.setAgentApi(url, certificate.authoritiesPem());
        LOG.info("deploy ramdisks reach the agent API at {}", url);
        return server;
    }

    /** The host by which nodes reach the other server; but an address that is configured for this one comes first. */
    private String defaultHost(BareMetalOptions.AgentTls tls, URI base) {
        ListenAddress listen = tls.listen();
        boolean isOwn = !listen.host().equals(options.http().listen().host());
        return isOwn && !listen.reachesOnlyThisMachine()
                ? listen.host().contains(":") ? "[" + listen.host() + "]" : listen.host()
                : base.getHost();
    }

    private ServerCertificate certificate(BareMetalOptions.AgentTls tls, String host) {
        try {
            if (FileAccess.isReadableByOthers(tls.key())) {
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        "every user of this system may read agent_api_key_file " + tls.key()
                                + "; make a new key if somebody may have read it, then: chmod o-rwx " + tls.key());
            }
            ServerCertificate certificate =
                    ServerCertificate.read(tls.certificate(), tls.key(), tls.authorities(), host, clock.instant());
            Instant end = certificate.expiresAt();
            if (clock.instant().plus(EXPIRES_SOON).isAfter(end)) {
                LOG.warn(
                        "the certificate of the agent API, or its CA, expires at {}; ramdisks do not call back after that",
                        end);
            }
            return certificate;
        } catch (ServerCertificate.Unusable e) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "agent_api_cert_file, agent_api_key_file and agent_api_ca_file cannot be used: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "agent_api_key_file " + tls.key() + " cannot be read: " + IoFailure.reason(e),
                    e);
        }
    }

    /** Listens on the same port as before a restart. */
    private HttpService listen(
            ListenAddress configured, String setting, Function<InetSocketAddress, HttpService> start) {
        if (configured.port() != 0) {
            return start.apply(new InetSocketAddress(configured.host(), configured.port()));
        }
        Optional<Integer> chosen = settings.find(setting).map(Integer::valueOf);
        HttpService server = start.apply(new InetSocketAddress(configured.host(), chosen.orElse(0)));
        if (chosen.isEmpty()) {
            settings.save(setting, Integer.toString(server.baseUri().getPort()));
        }
        return server;
    }
}

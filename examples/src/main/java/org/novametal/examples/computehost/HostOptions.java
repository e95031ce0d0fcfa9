package org.novametal.examples.computehost;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.Option.Need;
import org.novametal.driver.config.OptionSample;
import org.novametal.driver.config.OptionSection;
import org.novametal.driver.config.Texts;
import org.novametal.driver.model.HostName;
import org.novametal.examples.computehost.server.ServerSettings;

/**
 * The options of the compute host process: the group {@code [compute_host]}, and {@code [DEFAULT] host}.
 *
 * @param host the name of this host, which Nova's records of the nodes contain
 * @param server the socket and its limits
 * @param eventsKept how many events are kept for readers
 * @param httpListen the loopback address for health and metrics; absent: none
 * @param logFormat the format of the log
 * @param stopTimeout how long the process may take to stop
 * @param tasks the intervals of the periodic tasks
 */
public record HostOptions(
        HostName host,
        ServerSettings server,
        int eventsKept,
        Optional<InetSocketAddress> httpListen,
        LogFormat logFormat,
        Duration stopTimeout,
        TaskIntervals tasks) {
    /** The name of the group. */
    public static final String GROUP = "compute_host";

    /** The format of the log on the standard output. */
    public enum LogFormat {
        /** One line for people. */
        TEXT,
        /** One JSON object a line. */
        JSON;

        String configured() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The intervals of the periodic tasks; zero switches a task off.
     *
     * @param updateResources between two readings of the resources of all nodes
     * @param imageCache between two clean-ups of the image cache
     */
    public record TaskIntervals(Duration updateResources, Duration imageCache) {}

    private static final Option<Path> SOCKET = Option.of(
            "socket",
            "an absolute path of at most 90 bytes",
            new Need.Default<>(Path.of("/run/nova-metal/compute.sock")),
            "The UNIX domain socket through which nova-compute calls the driver. Its mode is 0600. Beside it is a file with the"
                    + " suffix .lock.",
            Path.of("/"),
            Texts::absolute,
            Path::toString);

    private static final Option<String> SOCKET_OWNER =
            text("socket_owner", "a user name", "nova", "The owner of the socket. Not set: the user of this process.");

    private static final Option<String> SOCKET_GROUP = text(
            "socket_group", "a group name", "nova", "The group of the socket. Not set: the group of this process.");

    private static final Option<List<String>> ALLOWED_USERS = new Option<>(
            "allowed_users",
            "user names or numbers, separated by commas",
            new Need.Default<>(List.of()),
            Option.Places.OURS,
            "Users who may call besides the user of this process and the owner of the socket. The kernel reports the user of each"
                    + " connection.",
            ConfReader::list,
            names -> String.join(",", names));

    private static final Option<Integer> MAX_REQUEST_BYTES = Option.integer(
            "max_request_bytes",
            65_536,
            16_777_216,
            "The largest body of a request, in bytes; it contains config drives.");

    private static final Option<Integer> MAX_REQUESTS = Option.integer(
            "max_requests",
            1,
            1_000,
            "How many requests are answered at once, those that wait for the end of an operation included.");

    private static final Option<Duration> IDLE_TIMEOUT = Option.seconds(
            "idle_timeout", "1", "300", "After this time without a request a connection is closed, in seconds.");

    private static final Option<Duration> CALL_TIMEOUT = Option.seconds(
            "call_timeout",
            "1",
            "120",
            "After this time a call is answered with an error, in seconds, besides the time that it asks to wait. What it began"
                    + " continues.");

    private static final Option<Duration> MAX_WAIT = Option.seconds(
            "max_wait",
            "1",
            "300",
            "The longest wait for the end of an operation or for an event in one call, in seconds. A longer one is shortened.");

    private static final Option<Integer> EVENTS_KEPT =
            Option.integer("events_kept", 100, 10_000, "How many events are kept for a caller that was away.");

    private static final Option<InetSocketAddress> HTTP_LISTEN = Option.of(
            "http_listen",
            "host:port of a loopback address",
            new Need.None<>("127.0.0.1:9179"),
            "The address that serves /health/live, /health/ready and /metrics (Prometheus). Not set: none.",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HostOptions::loopback,
            address -> address.getHostString() + ":" + address.getPort());

    private static final Option<LogFormat> LOG_FORMAT = Option.choice(
            "log_format",
            List.of(LogFormat.values()),
            LogFormat.TEXT,
            LogFormat::configured,
            "The format of the log on the standard output: lines for people, or one JSON object a line.");

    private static final Option<Duration> STOP_TIMEOUT = Option.seconds(
            "stop_timeout",
            "1",
            "30",
            "How long the process may take to stop after SIGTERM, in seconds. The first half is for the calls under way.");

    private static final Option<Duration> UPDATE_RESOURCES_INTERVAL = Option.seconds(
            "update_resources_interval",
            "0",
            "60",
            "Between two readings of the resources of all nodes for the metrics, in seconds. 0: never.");

    private static final Option<Duration> IMAGE_CACHE_INTERVAL = Option.seconds(
            "image_cache_interval", "0", "2400", "Between two clean-ups of the image cache, in seconds. 0: never.");

    /** The table of options, in the order of the sample. */
    static final List<OptionSection> SECTIONS = List.of(
            new OptionSection("Socket", List.of(SOCKET, SOCKET_OWNER, SOCKET_GROUP, ALLOWED_USERS)),
            new OptionSection(
                    "Limits",
                    List.of(MAX_REQUEST_BYTES, MAX_REQUESTS, IDLE_TIMEOUT, CALL_TIMEOUT, MAX_WAIT, EVENTS_KEPT)),
            new OptionSection(
                    "Process",
                    List.of(HTTP_LISTEN, LOG_FORMAT, STOP_TIMEOUT, UPDATE_RESOURCES_INTERVAL, IMAGE_CACHE_INTERVAL)));

    private static Option<String> text(String name, String kind, String example, String help) {
        return new Option<>(
                name,
                kind,
                new Need.None<>(example),
                Option.Places.OURS,
                help,
                (reader, key) -> reader.string(key).minLength(1),
                value -> value);
    }

    /**
     * Reads the options.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with all errors at once
     */
    public static HostOptions from(NovaConf conf) {
        ConfReader reader = conf.reader(GROUP);
        HostOptions options = read(reader);
        reader.unknownKeys(OptionSection.names(SECTIONS));
        reader.finish();
        return options;
    }

    private static HostOptions read(ConfReader reader) {
        ServerSettings server = new ServerSettings(
                SOCKET.value(reader),
                SOCKET_OWNER.optional(reader),
                SOCKET_GROUP.optional(reader),
                Set.copyOf(ALLOWED_USERS.value(reader)),
                MAX_REQUEST_BYTES.value(reader),
                MAX_REQUESTS.value(reader),
                IDLE_TIMEOUT.value(reader),
                CALL_TIMEOUT.value(reader),
                MAX_WAIT.value(reader));
        return new HostOptions(
                host(reader.in("DEFAULT")),
                server,
                EVENTS_KEPT.value(reader),
                HTTP_LISTEN.optional(reader),
                LOG_FORMAT.value(reader),
                STOP_TIMEOUT.value(reader),
                new TaskIntervals(UPDATE_RESOURCES_INTERVAL.value(reader), IMAGE_CACHE_INTERVAL.value(reader)));
    }

    /** {@code [DEFAULT] host}, or else the name of this machine, as in Nova. */
    private static HostName host(ConfReader reader) {
        return reader.converted("host", new HostName("unknown"), HostName::new)
                .optional()
                .orElseGet(() -> {
                    try {
                        return new HostName(InetAddress.getLocalHost().getHostName());
                    } catch (UnknownHostException e) {
                        reader.problem("host", "is not set, and this machine has no name: " + e.getMessage());
                        return new HostName("unknown");
                    }
                });
    }

    private static InetSocketAddress loopback(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("is not host:port");
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "is not a loopback address; health and metrics have no access control, so give 127.0.0.1 or [::1]");
            }
            return new InetSocketAddress(address, Integer.parseInt(port));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("does not resolve");
        }
    }

    /** The commented sample of the group, which can be loaded unchanged. */
    public static String sample() {
        return new OptionSample(GROUP).table(SECTIONS).toString();
    }

    /** All options of the group, for documentation. */
    static Stream<Option<?>> all() {
        return SECTIONS.stream().flatMap(section -> section.options().stream());
    }
}

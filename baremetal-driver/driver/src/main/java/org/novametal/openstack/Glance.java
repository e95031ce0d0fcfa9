package org.novametal.openstack;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.novametal.image.CatalogAccess;
import org.novametal.image.ImageException;
import org.novametal.image.ImageException.Reason;
import org.novametal.image.ImageRequest;
import org.novametal.openstack.GlanceImage.Md5;
import org.novametal.openstack.OpenStackHttp.Answer;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of Glance (Image API v2), read with the service's own credentials. Any thread may call; calls block within the
 * limits of {@link ServiceOptions.Connection}.
 */
public final class Glance implements CatalogAccess {
    /** The scheme of an image in Glance: {@code glance://ID}, as Ironic writes it. */
    public static final String SCHEME = "glance";

    private static final Logger log = LoggerFactory.getLogger(Glance.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
    private static final Pattern VERSION = Pattern.compile("/v[12](\\.[0-9]+)?$");
    private static final String TOKEN = "X-Auth-Token";

    private final ServiceOptions options;
    private final OpenStackHttp http;
    private final Optional<KeystoneTokens> tokens;
    private volatile Optional<URI> reported = Optional.empty();

    /**
     * Makes the access; calls nobody yet.
     *
     * @param base its proxy and connection pool are used
     * @param nanoTime the monotonic clock
     * @throws OpenStackException {@code UNUSABLE} when the file of CA certificates cannot be read
     */
    public Glance(ServiceOptions options, OkHttpClient base, LongSupplier nanoTime) {
        this.options = options;
        this.http = new OpenStackHttp(base, options.connection());
        this.tokens =
                options.identity().map(identity -> new KeystoneTokens(identity, http, options.connection(), nanoTime));
    }

    /**
     * The URL of an image in Glance, as requests and the store have it.
     *
     * @throws IllegalArgumentException when the text cannot be an image's id
     */
    public static URI source(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "an image's id consists of letters, digits, '.', '_' and '-', 255 at most");
        }
        return URI.create(SCHEME + "://" + id);
    }

    /** Whether a URL is that of an image in Glance. */
    public static boolean isIn(URI source) {
        return SCHEME.equalsIgnoreCase(source.getScheme());
    }

    /**
     * The id in the URL of an image in Glance.
     *
     * @throws ImageException {@code NOT_FOUND} when the URL is not {@code glance://ID}
     */
    public static String idIn(URI source) {
        return Optional.ofNullable(source.getRawAuthority())
                .filter(id -> ID.matcher(id).matches())
                .filter(_ -> source.getRawPath() == null || source.getRawPath().isEmpty())
                .orElseThrow(() -> new ImageException(
                        Reason.NOT_FOUND,
                        "image " + ForeignText.line(source.toString())
                                + ": the URL of an image in Glance is glance://ID"));
    }

    /**
     * Reads what Glance declares about an image, and refuses one that cannot be written to a disk.
     *
     * @throws ImageException saying what is wrong
     */
    public GlanceImage image(String id) throws InterruptedException {
        GlanceImage image = read(id);
        image.requireUsable();
        return image;
    }

    /**
     * A request for the bytes of an image that was read just now.
     *
     * @param md5 whether its MD5 counts as a checksum when there is no other
     * @param maxBytes how long the raw image may be
     * @throws ImageException saying what is wrong
     */
    public ImageRequest request(GlanceImage image, Md5 md5, long maxBytes) throws InterruptedException {
        HttpUrl file = url(image.id()).newBuilder().addPathSegment("file").build();
        return new ImageRequest(
                file.uri(), image.diskFormat(), image.checksum(md5), image.sizeBytes(), maxBytes, Optional.of(this));
    }

    private GlanceImage read(String id) throws InterruptedException {
        HttpUrl url = url(id);
        Answer answer = get(url);
        if (answer.code() == 200 && answer.body().isObject()) {
            return GlanceImage.of(id, answer.body());
        }
        String words = "image " + id + ": " + answer.url() + " " + answer.words();
        throw switch (answer.code()) {
            case 401 ->
                new ImageException(
                        Reason.NOT_AUTHORIZED,
                        words + " to a token that Keystone has just given; check Glance's own section"
                                + " keystone_authtoken, and the clocks of both");
            case 403 ->
                new ImageException(
                        Reason.NOT_FOUND,
                        words + ": the credentials of this host may not read it; give them a role that may");
            case 404, 410 ->
                new ImageException(
                        Reason.NOT_FOUND,
                        words + ": Glance has no such image, or the credentials of this host may not see it");
            default -> new ImageException(Reason.UNREACHABLE, words + ", which is not an answer of Glance's API v2");
        };
    }

    private Answer get(HttpUrl url) throws InterruptedException {
        Map<String, String> authorization = authorization();
        Answer answer = send(url, authorization);
        if (answer.code() == 401 && tokens.isPresent()) {
            refused(authorization);
            answer = send(url, authorization());
        }
        return answer;
    }

    private Answer send(HttpUrl url, Map<String, String> authorization) throws InterruptedException {
        Request.Builder request = new Request.Builder().url(url);
        authorization.forEach(request::header);
        try {
            return http.send(request.build());
        } catch (OpenStackException e) {
            throw failed(e);
        }
    }

    private HttpUrl url(String id) throws InterruptedException {
        HttpUrl base = HttpUrl.get(endpoint());
        if (base == null) {
            throw new ImageException(Reason.UNREACHABLE, "Glance's URL is not one; set endpoint_override");
        }
        String path = base.encodedPath().replaceFirst("/+$", "");
        return base.newBuilder()
                .query(null)
                .fragment(null)
                .encodedPath(VERSION.matcher(path).replaceFirst("") + "/v2/images")
                .addPathSegment(id)
                .build();
    }

    private URI endpoint() throws InterruptedException {
        if (options.endpoint().override().isPresent()) {
            return options.endpoint().override().get();
        }
        try {
            URI found = tokens.orElseThrow().current().catalog().url(options.endpoint());
            if (!reported.equals(Optional.of(found))) {
                reported = Optional.of(found);
                log.info("Glance is at {}, says Keystone's catalog", ForeignText.line(found.toString()));
            }
            return found;
        } catch (OpenStackException e) {
            throw failed(e);
        }
    }

    @Override
    public OkHttpClient client() {
        return http.client();
    }

    @Override
    public Map<String, String> authorization() throws InterruptedException {
        Map<String, String> fields = new HashMap<>();
        if (tokens.isPresent()) {
            try {
                fields.put(TOKEN, tokens.get().current().value());
            } catch (OpenStackException e) {
                throw failed(e);
            }
        }
        return fields;
    }

    @Override
    public void refused(Map<String, String> authorization) {
        String value = authorization.get(TOKEN);
        if (value != null) {
            tokens.ifPresent(source -> source.refused(value));
        }
    }

    private static ImageException failed(OpenStackException e) {
        Reason reason = switch (e.kind()) {
            case UNREACHABLE -> Reason.UNREACHABLE;
            case UNAUTHORIZED, UNUSABLE -> Reason.NOT_AUTHORIZED;
        };
        return new ImageException(reason, e.getMessage(), e);
    }
}

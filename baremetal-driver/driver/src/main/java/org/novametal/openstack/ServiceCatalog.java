package org.novametal.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.openstack.OpenStackException.Kind;
import org.novametal.openstack.ServiceOptions.Endpoint;
import org.novametal.text.ForeignText;

/**
 * The endpoints of a cloud's services, as Keystone lists them in a token.
 *
 * <p>Source: Identity API v3, {@code token.catalog}: a list of services with {@code type} and {@code name}, each with a list
 * of {@code endpoints} with {@code interface}, {@code region}, {@code region_id} and {@code url}.
 *
 * @param entries the endpoints, in Keystone's order
 */
record ServiceCatalog(List<Entry> entries) {
    /** One endpoint. */
    record Entry(String serviceType, String serviceName, String kind, String region, String url) {
        private String words() {
            return kind + (region.isEmpty() ? "" : " in " + region);
        }
    }

    ServiceCatalog {
        entries = List.copyOf(entries);
    }

    /** Reads the list; anything that is not an endpoint is left out. */
    static ServiceCatalog of(JsonNode catalog) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode service : catalog) {
            for (JsonNode endpoint : service.path("endpoints")) {
                String region = endpoint.path("region_id").asText("");
                entries.add(new Entry(
                        service.path("type").asText(""),
                        service.path("name").asText(""),
                        endpoint.path("interface").asText(""),
                        region.isEmpty() ? endpoint.path("region").asText("") : region,
                        endpoint.path("url").asText("")));
            }
        }
        return new ServiceCatalog(entries);
    }

    /**
     * The URL of the service: the first endpoint of the most preferred interface, in the region if one is given.
     *
     * @throws OpenStackException {@code UNUSABLE} when there is none; it lists what there is
     */
    URI url(Endpoint wanted) {
        List<Entry> ofService = entries.stream()
                .filter(entry -> entry.serviceType().equals(wanted.serviceType()))
                .filter(entry ->
                        wanted.serviceName().map(entry.serviceName()::equals).orElse(true))
                .toList();
        for (String kind : wanted.interfaces()) {
            Optional<Entry> found = ofService.stream()
                    .filter(entry -> entry.kind().equals(kind))
                    .filter(entry -> wanted.region().map(entry.region()::equals).orElse(true))
                    .findFirst();
            if (found.isPresent()) {
                return url(found.get());
            }
        }
        String present = ofService.stream().map(Entry::words).distinct().collect(Collectors.joining(", "));
        throw new OpenStackException(
                Kind.UNUSABLE,
                "Keystone's catalog has no endpoint of type " + wanted.serviceType()
                        + wanted.serviceName().map(name -> " and name " + name).orElse("") + " with interface "
                        + String.join(" or ", wanted.interfaces())
                        + wanted.region().map(region -> " in region " + region).orElse("") + "; it has "
                        + (present.isEmpty() ? "none of that type" : ForeignText.line(present))
                        + "; set region_name, valid_interfaces or endpoint_override");
    }

    private static URI url(Entry entry) {
        try {
            URI url = new URI(entry.url());
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw unusable(entry, e);
        }
        throw unusable(entry, null);
    }

    private static OpenStackException unusable(Entry entry, @Nullable URISyntaxException cause) {
        return new OpenStackException(
                Kind.UNUSABLE,
                "the URL of " + entry.serviceType() + " (" + ForeignText.line(entry.words())
                        + ") in Keystone's catalog, '"
                        + ForeignText.line(entry.url()) + "', is not an http or https URL; correct the catalog or set"
                        + " endpoint_override",
                cause);
    }
}

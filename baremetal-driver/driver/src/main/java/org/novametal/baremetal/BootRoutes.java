package org.novametal.baremetal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novametal.baremetal.step.boot.BootScript;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpRequest;
import org.novametal.http.Route;

/**
 * HTTP routes from which nodes fetch boot script, deploy kernel and ramdisk, and image. {@link RamdiskDirectory} decides who
 * gets the script and the image of a node.
 *
 * <pre>
 * /boot.ipxe              boot script of all nodes; fetches that of the node
 * /boot/MAC               boot script of the node with that MAC, hyphens or colons; one that exits when the node has nothing
 *                         to boot
 * /deploy/kernel          the deploy kernel, if it is a local file
 * /deploy/ramdisk         the deploy ramdisk, if it is a local file
 * /deploy/configuration   the further ramdisk that configures agents, if the agent API requires TLS
 * /images/NODE/SECRET     the raw image that is being written to the node; where the agent API is
 * </pre>
 *
 * @param addresses the addresses of these, and the texts of the scripts
 * @param ramdisks decides who gets a node's script and image
 */
record BootRoutes(BootAddresses addresses, RamdiskDirectory ramdisks) {
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}");

    /** The routes of the agent API's server. */
    List<Route> imageRoutes() {
        return List.of(
                Route.under("GET", BootAddresses.IMAGES, this::answerImage),
                Route.under("HEAD", BootAddresses.IMAGES, this::answerImage));
    }

    /** The routes for firmware, which is served without TLS. */
    List<Route> bootRoutes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.at(
                "GET",
                BootAddresses.BOOT_ALL,
                _ -> addresses.scriptOfAll().map(BootRoutes::script).orElseGet(BootRoutes::notYet)));
        routes.add(Route.under("GET", BootAddresses.BOOT, this::answerBootScript));
        routes.add(Route.at("GET", BootAddresses.CONFIGURATION, _ -> answerConfiguration()));
        addresses
                .localKernel()
                .ifPresent(file -> routes.add(Route.at("GET", BootAddresses.KERNEL, _ -> HttpAnswer.file(file))));
        addresses
                .localRamdisk()
                .ifPresent(file -> routes.add(Route.at("GET", BootAddresses.RAMDISK, _ -> HttpAnswer.file(file))));
        return List.copyOf(routes);
    }

    private HttpAnswer answerBootScript(HttpRequest request) {
        String name = request.path().substring(BootAddresses.BOOT.length()).toLowerCase(Locale.ROOT);
        if (!MAC.matcher(name).matches()) {
            return HttpAnswer.text(404, "the boot script of a node is named by a MAC\n");
        }
        if (!addresses.isComplete()) {
            return notYet();
        }
        return switch (ramdisks.deliverScript(name.replace('-', ':'), request.sender())) {
            case RamdiskDirectory.Delivery.Given given -> script(addresses.script(given.token()));
            case RamdiskDirectory.Delivery.NothingToBoot _ -> script(BootScript.EXIT);
            // Not 200, so that iPXE asks again.
            case RamdiskDirectory.Delivery.Refused _ -> HttpAnswer.text(403, "no boot script for this machine\n");
        };
    }

    private HttpAnswer answerConfiguration() {
        // All its bytes are ASCII.
        return addresses
                .configuration()
                .<HttpAnswer>map(archive -> new HttpAnswer.Text(
                        200,
                        Map.of("Content-Type", "application/octet-stream"),
                        new String(archive, StandardCharsets.US_ASCII)))
                .orElseGet(() -> HttpAnswer.text(404, "agents need no configuration here\n"));
    }

    private static HttpAnswer notYet() {
        return HttpAnswer.text(503, "there are no boot scripts yet, try again\n");
    }

    private static HttpAnswer script(String text) {
        return new HttpAnswer.Text(
                200, Map.of("Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"), text);
    }

    private HttpAnswer answerImage(HttpRequest request) {
        String path = request.path().substring(BootAddresses.IMAGES.length());
        int slash = path.indexOf('/');
        Optional<Path> image = slash < 0
                ? Optional.empty()
                : uuid(path.substring(0, slash))
                        .flatMap(node -> ramdisks.image(node, path.substring(slash + 1), request.sender()));
        return image.map(HttpAnswer::file).orElseGet(() -> HttpAnswer.text(404, "there is no such image\n"));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            // Not a UUID; answered like an unknown node.
            return Optional.empty();
        }
    }
}
